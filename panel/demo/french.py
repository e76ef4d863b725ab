"""Messages in a French mailbox, newest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from panel.demo.letters import letter, pdf, png, raw

ME = "claire@colombier.example"
PROVIDER = ("Votre hébergeur", "postmaster@colombier.example")
EMILE = ("Émile Lefèvre", "emile@colombier.example")
MARKET = ("Le marché d’à côté", "bonjour@marche.example")


def french_messages(now: datetime) -> list[bytes]:
    written = [_welcome, _invoice, _offer, _photos, _answer]
    messages = [make(now - timedelta(days=3 * i, hours=i)) for i, make in enumerate(written)]
    return [bytes(message) for message in messages] + _old_ones(now - timedelta(days=30))


def _welcome(when: datetime) -> EmailMessage:
    text = (
        "Bonjour Claire,\n\ncette boîte aux lettres est la vôtre. Le panneau de configuration"
        " permet\nd’en régler tous les services.\n\nVotre hébergeur\n"
    )
    return letter("Bienvenue dans votre boîte aux lettres", PROVIDER, ME, when, text)


def _invoice(when: datetime) -> EmailMessage:
    text = "Bonjour,\n\nvous trouverez ci-joint la facture de novembre.\n\nBien à vous,\nÉmile\n"
    message = letter("Facture nº 2041 – échéance à la fin du mois", EMILE, ME, when, text)
    message.add_attachment(
        pdf("Facture 2041"), maintype="application", subtype="pdf", filename="facture n° 2041.pdf"
    )
    return message


def _offer(when: datetime) -> EmailMessage:
    message = letter(
        "Cœurs d’artichaut : l’arrivage de la semaine 🥬", MARKET, ME, when, "2,50 € la pièce.\n"
    )
    message["List-Unsubscribe"] = "<https://marche.example/desabonnement>"
    message.add_alternative(
        "<h1>L’arrivage</h1><p>Cœurs d’artichaut&nbsp;: <b>2,50&nbsp;€</b> la pièce.</p>",
        subtype="html",
    )
    return message


def _photos(when: datetime) -> EmailMessage:
    message = letter("Les photos de l’été", EMILE, ME, when, "Elles sont belles, non ?\n")
    for number, colour in enumerate([(240, 190, 60), (60, 120, 200), (80, 160, 90)], start=1):
        message.add_attachment(
            png(*colour), maintype="image", subtype="png", filename=f"été {number}.png"
        )
    return message


def _answer(when: datetime) -> EmailMessage:
    text = "C’est noté, à jeudi !\n\n> On se voit jeudi à 10 h ?\n"
    message = letter("Re: Rendez-vous", EMILE, ME, when)
    message["In-Reply-To"] = message["References"] = "<rendez-vous.1@colombier.example>"
    message.set_content(text, cte="quoted-printable")
    return message


def _old_ones(when: datetime) -> list[bytes]:
    """As programs of 2005 wrote them: Latin-1, quoted-printable and without a word of it."""
    return [
        raw(
            b"=?iso-8859-1?Q?R=E9union_du_conseil_=E0_18_h?=",
            b"=?iso-8859-1?Q?H=E9l=E8ne?= <helene@mairie.example>",
            when,
            b"MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n"
            b"Content-Transfer-Encoding: quoted-printable\n\nLa r=E9union est =E0 la mairie.\n",
        ),
        raw(
            b"=?windows-1252?B?TGUgY+ls6GJyZSCcdWY=?=",
            b"cuisine@elsewhere.example",
            when - timedelta(days=4),
            b"MIME-Version: 1.0\nContent-Type: text/html; charset=windows-1252\n"
            b"Content-Transfer-Encoding: 8bit\n\n<p>L\x92\x9cuf \xe0 la coque, 2 \x80.</p>\n",
        ),
    ]
