calendar-done-days-loaded = Calendar loaded
