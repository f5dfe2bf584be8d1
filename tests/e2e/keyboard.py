"""Going about a page by the keyboard alone."""


def focus_by_tab(page, wanted, *, most=120, key="Tab"):
    """Press Tab until the thing that is wanted has the focus; return it."""
    for _ in range(most):
        page.keyboard.press(key)
        if wanted.evaluate("node => node === document.activeElement"):
            return wanted
    raise AssertionError(f"not reached by {most} tabs: {wanted}")


def enter_by_card(page, live_server, name):
    """Sign in by a card of the demo, by the keyboard."""
    page.set_default_timeout(20_000)
    page.goto(f"{live_server.url}/sign-in/")
    focus_by_tab(page, page.get_by_role("button", name=f"Sign in as {name}"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
