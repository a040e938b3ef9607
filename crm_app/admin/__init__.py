"""What the owner looks at when something is wrong."""
