### Das Portal auf Deutsch. Klar, freundlich, kurz; ein Fehler sagt, was als Nächstes zu tun ist.

## Zeit und was auf jeder Seite steht

time-just-now = gerade eben
time-minutes-ago = { $n ->
    [one] vor 1 Minute
   *[other] vor { $n } Minuten
}
time-hours-ago = { $n ->
    [one] vor 1 Stunde
   *[other] vor { $n } Stunden
}
time-days-ago = { $n ->
    [one] vor 1 Tag
   *[other] vor { $n } Tagen
}
duration-seconds = { $n ->
    [one] 1 Sekunde
   *[other] { $n } Sekunden
}
duration-minutes = { $n ->
    [one] 1 Minute
   *[other] { $n } Minuten
}
duration-hours = { $n ->
    [one] 1 Stunde
   *[other] { $n } Stunden
}
duration-days = { $n ->
    [one] 1 Tag
   *[other] { $n } Tage
}
time-month = { $n ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
}
time-date = { $day }. { $month } { $year }
time-clock = { $time } UTC
time-exact = { $date }, { $time }
skip-to-content = Zum Inhalt
foot-product = Zwei-Faktor-Anmeldung mit { $product }
last-used = Zuletzt benutzt
never-used = Noch nicht benutzt
sign-out = Abmelden
cancel = Abbrechen
continue = Weiter
form-look-again = Bitte noch einmal ansehen:
nav-home = Übersicht
nav-profile = Profil
nav-sessions = Sitzungen
nav-activity = Aktivität
nav-tokens = API-Token

## Wie eine Vorlage die Dinge nennen darf

wording-menu-account = Konto
wording-menu-personal-data = Persönliche Daten
wording-tab-security = Sicherheit
wording-tab-security-and-credentials = Sicherheit und Zugangsdaten
wording-enable-enable = Einschalten
wording-enable-launch = Starten
wording-confirm-confirm = Bestätigen
wording-confirm-validate = Prüfen
wording-confirm-complete-activation = Aktivierung abschließen
wording-confirm-verify = Überprüfen

## Anmelden, registrieren

sign-in-title = Anmelden
sign-in-button = Anmelden
sign-in-link = Anmelden
to-sign-in = Zur Anmeldung
sign-in-new-here = Neu hier?
sign-in-wrong = E-Mail-Adresse und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.
sign-in-puzzle = Ihr Browser konnte eine kurze Prüfung nicht beenden. Bitte melden Sie sich noch einmal an.
sign-in-known-browsers = Für dieses Konto gab es zu viele falsche Passwörter. Melden Sie sich vorerst in einem Browser an, den Sie hier schon benutzt haben, oder bitten Sie { $organisation } um Hilfe.
sign-in-busy = Wir konnten das gerade nicht prüfen. Ihr Passwort wurde nicht bewertet. Bitte versuchen Sie es gleich noch einmal.
too-many = Zu viele Versuche. Warten Sie etwas und versuchen Sie es dann noch einmal.
too-many-until = Zu viele Versuche. Versuchen Sie es wieder in { $time } ({ $clock }).
email-label = E-Mail-Adresse
password-label = Passwort
new-password-label = Neues Passwort
password-show = Passwort anzeigen
password-hide = Passwort verbergen
password-hint = Mindestens { $n } Zeichen. Ein paar Wörter ohne Zusammenhang eignen sich gut.
puzzle-working = Ihr Browser wird geprüft. Das dauert einige Sekunden.
puzzle-done = Ihr Browser ist geprüft. Sie können sich anmelden.
puzzle-without-script = Für dieses Konto gab es viele falsche Versuche. Schalten Sie bitte JavaScript ein, um sich jetzt anzumelden, oder versuchen Sie es morgen wieder.
forgotten-title = Passwort vergessen?
forgotten-text = Bitten Sie den Kundendienst von { $organisation } um einen Link zum Zurücksetzen. Er öffnet eine Seite, auf der Sie ein neues Passwort wählen. Ihr zweiter Schritt bleibt, wie er ist.
sign-up-title = Konto anlegen
sign-up-lead = Für Ihr Konto bei { $organisation }.
sign-up-button = Konto anlegen
sign-up-link = Konto anlegen
sign-up-have-account = Schon ein Konto?
sign-up-done-title = Fast geschafft
sign-up-done-text = Falls es für diese E-Mail-Adresse noch kein Konto gab, gibt es jetzt eines. Melden Sie sich mit Ihrem Passwort an.
display-name-label = Ihr Name
display-name-hint = So begrüßen wir Sie.
save-password = Passwort speichern
link-first-title = Willkommen. Das erste Verwaltungskonto
link-first-lead = Mit diesem Konto wird die Installation verwaltet. Als Nächstes richten Sie die Zwei-Faktor-Anmeldung ein.
link-invitation-title = Bei { $organisation } mitmachen
link-invitation-lead = Wählen Sie einen Namen und ein Passwort. Dann ist Ihr Konto bereit.
link-reset-title = Neues Passwort wählen
link-reset-lead = Alle Ihre Sitzungen werden abgemeldet. Ihr zweiter Schritt bleibt, wie er ist.
link-over-title = Dieser Link gilt nicht mehr
link-over-text = Er wurde schon benutzt oder ist zu alt. Bitten Sie { $organisation } um einen neuen.

## Zweiter Schritt

second-step-title = Code eingeben
second-step-lead = Öffnen Sie Ihre Authenticator-App und tippen Sie den 6-stelligen Code ein.
second-step-account = Anmeldung als
code-label = 6-stelliger Code
code-hint = Der Code wechselt alle 30 Sekunden.
code-malformed = Ein Code hat 6 Ziffern. Tippen Sie den ein, den Ihre App zeigt.
code-wrong = { $n ->
    [0] Dieser Code stimmt nicht.
    [one] Dieser Code stimmt nicht. Sie haben noch 1 Versuch.
   *[other] Dieser Code stimmt nicht. Sie haben noch { $n } Versuche.
}
code-late = Dieser Code ist abgelaufen; geben Sie den ein, den Ihre App jetzt zeigt.
code-used = Dieser Code wurde schon benutzt. Warten Sie auf den nächsten.
clock-help-link = Codes gehen nicht? Prüfen Sie die Uhr Ihres Geräts
second-step-left = Noch { $time } Zeit für einen Code
second-step-over-title = Bitte noch einmal von vorn
second-step-over-text = Es hat zu lange gedauert, oder es gab zu viele falsche Codes. Es wurde nichts geändert.
start-again = Neu beginnen
try-another-way = Anderen Weg wählen
second-step-cannot-use = Ich kann nichts davon benutzen
cancel-and-sign-out = Abbrechen und abmelden
back-to-code = Zurück zum Code
other-ways-title = Anderen Weg wählen
other-ways-lead = Wie möchten Sie bestätigen, dass Sie es sind?
other-ways-only-one = Ihr Konto hat nur diesen Weg. Wenn Sie mehrere Geräte haben, geht jedes davon.
step-up-title = Bestätigen Sie, dass Sie es sind
step-up-code-lead = Diese Änderung ist wichtig. Tippen Sie den 6-stelligen Code aus Ihrer Authenticator-App ein.
step-up-password-lead = Diese Änderung ist wichtig. Tippen Sie Ihr Passwort noch einmal ein.
remove-challenge-title = Entfernen bestätigen
remove-challenge-lead = Um „{ $name }“ zu entfernen, tippen Sie einen 6-stelligen Code aus Ihrer Authenticator-App ein.
remove-device-button = Gerät entfernen
