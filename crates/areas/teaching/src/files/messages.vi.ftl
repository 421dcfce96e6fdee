files-hint = Nhiều nhất { $most }. Mất mạng giữa chừng vẫn gửi tiếp được.
files-here = Đã nhận “{ $name }”. Chọn tệp khác nếu muốn thay.
files-progress = Tiến độ gửi tệp
files-script-too-large = Tệp lớn quá: nhiều nhất { $most }.
files-script-lost = Không gửi được tệp. Hãy kiểm tra mạng rồi bấm lại nút; phần đã gửi không mất.
files-script-again = Mất kết nối, đang thử lại…
files-lost = Tệp: tệp đã gửi không còn ở máy chủ. Hãy chọn lại tệp.
files-empty = Tệp: tệp rỗng, không có nội dung.
files-too-large = Tệp: { $size } là quá lớn, nhiều nhất { $most }.
files-unfinished = Tệp: chưa gửi hết. Hãy chọn lại đúng tệp đó để gửi tiếp.
files-no-kind = Tệp: tên tệp không có phần mở rộng (như .pdf, .docx).
files-kind = Tệp: không nhận tệp .{ $kind }. Hãy dùng PDF, DOCX, PPTX, ảnh, video hoặc âm thanh.
files-old = Tệp: không nhận tệp .{ $kind } kiểu cũ vì có thể chứa macro. Hãy lưu lại thành { $kind ->
    [doc] .docx
    [ppt] .pptx
   *[other] PDF
 } rồi gửi.
files-macros = Tệp: có macro hoặc mẫu lấy từ nơi khác nên không nhận. Hãy lưu lại thành .docx, .pptx hoặc PDF không có macro.
files-not-as = Tệp: nội dung không phải { $kind } như tên tệp. Hãy kiểm tra lại tệp.
files-bomb = Tệp: giải nén ra lớn bất thường nên không nhận.
files-broken = Tệp: bị hỏng hoặc đặt mật khẩu nên không mở được.
