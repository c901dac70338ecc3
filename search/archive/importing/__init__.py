"""Taking documents into the archive: find the files, read and recognise them, write what is new, set aside what is unclear."""
