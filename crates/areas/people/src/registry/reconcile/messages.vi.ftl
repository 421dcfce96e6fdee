reconcile-nav = Đối chiếu số đã công bố
reconcile-title = Đối chiếu số liệu
reconcile-lead = Số đã công bố được giữ nguyên; chỗ không khớp với sổ được nêu ra, không tự sửa.
