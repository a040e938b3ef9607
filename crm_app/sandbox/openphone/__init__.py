"""A pretend OpenPhone and its homeowners over real HTTP; knows nothing of the app's database."""
