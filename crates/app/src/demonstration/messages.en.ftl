demonstration-done-load-begun = Loading of the demonstration begun
demonstration-done-load-ended = Loading of the demonstration ended
