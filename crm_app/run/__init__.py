"""Starting and stopping the whole program on one machine."""
