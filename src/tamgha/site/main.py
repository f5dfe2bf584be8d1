"""``python -m tamgha.site.main``: the command `tamgha` where its script is not on the path."""

from tamgha.site.cli import main

if __name__ == "__main__":
    main()
