"""What builds and checks the project; nothing here is needed to run Otklik."""
