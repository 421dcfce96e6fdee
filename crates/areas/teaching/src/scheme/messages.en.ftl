scheme-done-legal_documents-loaded = Legal documents loaded
scheme-done-milestone-completed = Milestone completed
scheme-done-scheme-loaded = Scheme loaded
scheme-done-legal-added = added a legal document
scheme-done-legal-changed = changed a legal document
