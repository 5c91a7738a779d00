"""
The `Permissions-Policy` of our pages: what they and their frames may ask a browser for.

A feature that a browser does not know makes it complain: these are Chromium's,
of all platforms. Settings read this module, so it imports nothing of the
project. See https://www.w3.org/TR/permissions-policy/.
"""

# What browsers grant unless a page says otherwise, and what no page of ours has a use for.
UNUSED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "digital-credentials-get",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)


def permissions_policy(used):
    """The header: nobody may use any feature but those in `used` (feature → "self" and origins that may)."""
    allowed = dict.fromkeys(UNUSED, ()) | used
    return ", ".join(f"{feature}=({' '.join(map(_member, allowed[feature]))})" for feature in sorted(allowed))


def _member(origin):
    return origin if origin == "self" else f'"{origin}"'
