"""How a page is looked at: with axe for those who cannot see it, and for what sticks out of the window."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# (width in pixels, colours). Those after the first of a width only differ in what depends on colours.
LOOKS = ((390, "light"), (390, "dark"), (1280, "dark"), (1280, "light"))
# What axe is told in the admin: its landmarks are Django's own.
STAFF = {"rules": {"region": {"enabled": False}}}
# Where style sheets import others: axe would look for those at addresses that do not exist.
STAFF_WITH_IMPORTS = STAFF | {"preload": False}
RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"]
# The admin's links fade from one colour to the other.
END_TRANSITIONS = "document.getAnimations().forEach((one) => one.effect.getTiming().iterations == 1 && one.finish())"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def found_by_axe(page, *, options=None, only=None, context=None):
    """
    What axe (WCAG 2.2 A and AA, best practices) finds on the page as it stands, as text; "" if nothing.

    The page's context must have been opened with `bypass_csp=True`: axe adds
    styles of its own. `options` and `context` are its own (its API's "Options
    Parameter" and "Context Parameter"); `only`: the rules to run, if not all.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"]} | (options or {})
    if only:
        options["runOnly"] = {"type": "rule", "values": only}
    run = "([context, options]) => axe.run(context || document, options)"
    results = AxeResults(page.evaluate(run, [context, options]))
    return results.generate_report() if results.violations_count else ""


def look_at(page, address, **what):
    """Opens an address once and returns what is wrong with it, as `problems_of` does."""
    page.goto(address)
    page.wait_for_load_state("load")
    return problems_of(page, address, **what)


def problems_of(page, name, *, looks=LOOKS, widths=(), options=None):
    """
    What is wrong with an open page in each of `looks`, as a list of sentences. `name` is what they call it.

    Nothing may be wider than the window, at the further `widths` (pixels) neither.
    """
    problems, seen = [], set()
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(END_TRANSITIONS)
        found = found_by_axe(page, options=options, only=RULES_OF_COLOURS if width in seen else None)
        if found:
            problems.append(f"{name} at {width}, {scheme}\n{found}")
        seen.add(width)
        problems += too_wide(page, name)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        problems += too_wide(page, name)
    return problems


def too_wide(page, name):
    """[a sentence] if the page scrolls sideways, else []."""
    excess = page.evaluate(OVERFLOW)
    return [f"{name} is {excess} px too wide at {page.viewport_size['width']}"] if excess > 0 else []
