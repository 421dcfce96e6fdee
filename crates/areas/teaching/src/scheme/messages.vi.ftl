scheme-done-legal_documents-loaded = Nạp văn bản căn cứ
scheme-done-milestone-completed = Ghi hoàn thành một mốc
scheme-done-scheme-loaded = Nạp đề án
scheme-done-legal-added = thêm văn bản vào danh mục
scheme-done-legal-changed = sửa văn bản trong danh mục
