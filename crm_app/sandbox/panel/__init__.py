"""/admin/sandbox: everything that can go wrong at OpenPhone, by switch."""
