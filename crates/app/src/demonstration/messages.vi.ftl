demonstration-done-load-begun = Bắt đầu nạp dữ liệu trình diễn
demonstration-done-load-ended = Nạp xong dữ liệu trình diễn
