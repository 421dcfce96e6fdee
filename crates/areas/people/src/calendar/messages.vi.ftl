calendar-done-days-loaded = Nạp lịch ngày nghỉ
