"""The shop behind its front end: the API (`app`), the worker (`worker`), the nightly job (`cleanup`), the migration (`migrate`)."""
