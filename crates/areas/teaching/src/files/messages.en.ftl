files-hint = At most { $most }. A broken connection does not matter.
files-here = “{ $name }” is here. Choose another file to replace it.
files-progress = Progress of sending
files-script-too-large = The file is too large: at most { $most }.
files-script-lost = The file could not be sent. Check the network and press the button again; what was sent is not lost.
files-script-again = The connection is broken, trying again…
files-lost = File: what was sent is no longer on the server. Choose the file again.
files-empty = File: the file is empty.
files-too-large = File: { $size } is too large, at most { $most }.
files-unfinished = File: not all of it was sent. Choose the same file again to go on.
files-no-kind = File: its name has no ending (such as .pdf, .docx).
files-kind = File: .{ $kind } files are not taken. Use PDF, DOCX, PPTX, pictures, videos or sound.
files-old = File: old .{ $kind } files are not taken, macros hide in them. Save it as { $kind ->
    [doc] .docx
    [ppt] .pptx
   *[other] PDF
 } and send that.
files-macros = File: it holds macros or takes its template from elsewhere. Save it as .docx, .pptx or PDF without macros.
files-not-as = File: its content is no { $kind } as its name says. Check the file.
files-bomb = File: it unpacks out of all proportion and is not taken.
files-broken = File: it is damaged or protected by a password and cannot be opened.
