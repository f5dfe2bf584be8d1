"""What puts the areas together: settings, addresses, homes, navigation, the command line."""
