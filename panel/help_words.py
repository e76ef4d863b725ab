"""What owners search the help for and its pages do not say: other names for the same things.

Each language has its own words, so a translation need not follow the English ones.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

# A page, and what else it is about.
OTHER_WORDS: dict[str, Promise] = {
    "login": pgettext_lazy("searched for", "sign in, log on, connect"),
    "password_reset": pgettext_lazy("searched for", "lost password, recover, reset"),
    "preferences": pgettext_lazy("searched for", "settings, theme, colors, dark mode, one session"),
    "sessions": pgettext_lazy("searched for", "who is connected, disconnect, devices"),
    "permissions": pgettext_lazy("searched for", "rights, allowed"),
    "mailbox_edit": pgettext_lazy("searched for", "quota, storage, disk space"),
    "mailbox_off": pgettext_lazy("searched for", "remove the mailbox"),
    "mailbox_empty": pgettext_lazy("searched for", "purge, clean up, delete old mail"),
    "mail_programs": pgettext_lazy("searched for", "mail client, app, smartphone, Gmail, Android"),
    "set_up": pgettext_lazy("searched for", "QR code, scan, barcode, new phone"),
    "webmail": pgettext_lazy("searched for", "Roundcube, Horde, internet café"),
    "spam_filter_edit": pgettext_lazy("searched for", "unwanted mail, SpamAssassin, spammers"),
    "black_list": pgettext_lazy("searched for", "block a sender, blocklist, ban"),
    "white_list": pgettext_lazy("searched for", "allow a sender, allowlist, safe, trusted"),
    "training": pgettext_lazy("searched for", "learning, precision, accuracy"),
    "antivirus_edit": pgettext_lazy("searched for", "malware, infected, ClamAV"),
    "redirect_edit": pgettext_lazy("searched for", "transfer, relay"),
    "mail_group": pgettext_lazy("searched for", "mailing list, distribution list, several people"),
    "group_member_new": pgettext_lazy("searched for", "subscribe"),
    "group_members_remove": pgettext_lazy("searched for", "unsubscribe"),
    "groups": pgettext_lazy("searched for", "mailing lists, subscriptions"),
    "aliases": pgettext_lazy("searched for", "disposable, throwaway, temporary, second address"),
    "autoresponders": pgettext_lazy(
        "searched for", "autoreply, vacation, holidays, out of office, away, absence notice"
    ),
    "attachments": pgettext_lazy("searched for", "attached file, enclosure"),
}
