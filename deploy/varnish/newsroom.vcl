# Newsroom behind Varnish (7 or newer, with the vmod xkey: Debian's varnish and varnish-modules), which is told what
# changed and so keeps pages for up to an hour. As /etc/varnish/newsroom.vcl; TLS, files and limits are the business of
# what stands before it: deploy/nginx, with Varnish as its upstream and without its own cache.
#
# The site: NEWSROOM_PURGE=varnish, NEWSROOM_PURGE_URL=http://127.0.0.1:6081/, NEWSROOM_TRUSTED_PROXIES=unix,127.0.0.1.
vcl 4.1;

import cookie;
import std;
import xkey;

backend site {
    .path = "/run/newsroom/web.sock";
    .first_byte_timeout = 60s;
}

# Who may have pages dropped: the site's worker.
acl worker {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        # What came through a proxy was not sent by the worker.
        if (client.ip !~ worker || req.http.X-Forwarded-Proto) {
            return (synth(405));
        }
        return (synth(200, "Dropped: " + xkey.purge(req.http.Surrogate-Key)));
    }
    # Staff, whoever sends something, and what is never kept.
    if ((req.method != "GET" && req.method != "HEAD") || req.http.Cookie ~ "(^|;)\s*__Host-session=") {
        return (pass);
    }
    if (req.url ~ "^/(admin|account|preview|desk-calendar)/" || req.url ~ "^/[a-z]+/(search|contact|display)/") {
        return (pass);
    }
    # What a page differs by besides its address; see deploy/nginx/newsroom.conf. Varnish keeps pages packed by gzip and
    # unpacks them for whoever cannot do that.
    cookie.parse(req.http.Cookie);
    if (cookie.get("display") ~ "^(system|light|dark)\.(100|125|150)\.(auto|lite|full)$"
        && cookie.get("display") != "system.100.auto") {
        set req.http.Cookie = "display=" + cookie.get("display");
    } else {
        unset req.http.Cookie;
    }
    if (req.http.Save-Data ~ "(?i)^\s*on\s*$") {
        set req.http.Save-Data = "on";
    } else {
        unset req.http.Save-Data;
    }
    return (hash);
}

sub vcl_hash {
    # Pages name the site by the scheme that nginx passes on.
    hash_data(req.http.X-Forwarded-Proto);
    hash_data(req.http.Cookie);
    hash_data(req.http.Save-Data);
}

sub vcl_backend_response {
    # The key says all of it.
    unset beresp.http.Vary;
    set beresp.grace = 0s;
    if (beresp.http.Surrogate-Control ~ "^max-age=\d+$") {
        set beresp.http.xkey = beresp.http.Surrogate-Key;
        set beresp.ttl = std.duration(regsub(beresp.http.Surrogate-Control, "^max-age=", "") + "s", 0s);
    } elsif (beresp.http.Cache-Control !~ "s-maxage=") {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
}

sub vcl_deliver {
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.Surrogate-Control;
    # Browsers ask again always.
    if (resp.http.Cache-Control ~ "s-maxage=") {
        set resp.http.Cache-Control = "public, no-cache";
    }
}
