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

## Anmelden, Konto anlegen

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
password-hint = Mindestens { $n } Zeichen. Vier oder mehr Wörter ohne Zusammenhang eignen sich gut.
puzzle-working = Ihr Browser wird geprüft. Das dauert einige Sekunden.
puzzle-done = Ihr Browser ist geprüft. Sie können sich anmelden.
puzzle-without-script = Für dieses Konto gab es viele falsche Versuche. Schalten Sie bitte JavaScript ein, um sich jetzt anzumelden, oder versuchen Sie es morgen wieder.
forgotten-title = Passwort vergessen?
forgotten-text = Bitten Sie den Support von { $organisation } um einen Link zum Zurücksetzen. Er öffnet eine Seite, auf der Sie ein neues Passwort wählen. Ihr zweiter Schritt bleibt, wie er ist.
forgotten-lead = Nennen Sie uns die E-Mail-Adresse Ihres Kontos. Wir schicken Ihnen einen Link, mit dem Sie ein neues Passwort wählen. Ihr zweiter Schritt bleibt, wie er ist.
forgotten-button = Link schicken
forgotten-done-title = Sehen Sie in Ihr Postfach
forgotten-done-text = Falls es ein Konto mit dieser Adresse gibt, ist eine E-Mail unterwegs. Der Link darin gilt 30 Minuten.
letter-not-there = Nach ein paar Minuten ist nichts da? Sehen Sie auch im Spam-Ordner nach.
sign-up-title = Konto anlegen
sign-up-lead = Für Ihr Konto bei { $organisation }.
sign-up-button = Konto anlegen
sign-up-link = Konto anlegen
sign-up-have-account = Schon ein Konto?
sign-up-done-title = Fast geschafft
sign-up-done-text = Falls es für diese E-Mail-Adresse noch kein Konto gab, gibt es jetzt eines. Melden Sie sich mit Ihrem Passwort an.
sign-up-letter-text = Wir haben an diese E-Mail-Adresse geschrieben. Öffnen Sie den Link in der E-Mail innerhalb von 24 Stunden, dann ist Ihr Konto bereit.
display-name-label = Ihr Name
display-name-hint = So begrüßen wir Sie.
save-password = Passwort speichern
link-first-title = Willkommen. Das erste Konto der Administration
link-first-lead = Mit diesem Konto wird die Installation verwaltet. Als Nächstes richten Sie die Zwei-Faktor-Anmeldung ein.
link-invitation-title = Bei { $organisation } mitmachen
link-invitation-lead = Wählen Sie einen Namen und ein Passwort. Dann ist Ihr Konto bereit.
link-reset-title = Neues Passwort wählen
link-reset-lead = Alle Ihre Sitzungen werden abgemeldet. Ihr zweiter Schritt bleibt, wie er ist.
link-over-title = Dieser Link gilt nicht mehr
link-over-text = Er wurde schon benutzt oder ist zu alt. Bitten Sie { $organisation } um einen neuen.
link-is-another = Sie haben inzwischen einen anderen Link geöffnet, und dies ist seine Seite. Noch ist nichts geschehen.
link-over-by-mail = Um Ihre Adresse zu bestätigen, melden Sie sich an und lassen Sie die E-Mail noch einmal senden. Für ein neues Passwort fordern Sie eine neue E-Mail an.
link-account = Konto
link-address = E-Mail-Adresse
link-sign-up-title = Ihr Konto bei { $organisation }
link-sign-up-lead = Bestätigen Sie, dass diese Adresse Ihre ist. Dann ist Ihr Konto bereit, und Sie sind angemeldet. Tun Sie das nur, wenn Sie selbst darum gebeten haben.
link-sign-up-hint = Geben Sie das Passwort ein, das Sie bei der Registrierung gewählt haben.
link-sign-up-wrong = Das ist nicht das Passwort, das gewählt wurde. Wenn Sie sich nicht registriert haben, ignorieren Sie die E-Mail.
link-sign-up-button = Mein Konto anlegen
link-confirm-title = E-Mail-Adresse bestätigen
link-confirm-lead = Bestätigen Sie, dass diese Adresse Ihre ist. Von da an können Codes Sie hier erreichen.
link-confirm-button = Adresse bestätigen
link-new-address-title = Neue E-Mail-Adresse bestätigen
link-new-address-lead = Sobald Sie diese Adresse bestätigen, tritt sie an die Stelle der bisherigen. Sie melden sich dann mit ihr an.
link-undo-title = Adressänderung rückgängig machen
link-undo-lead = Ihr Konto bekommt diese Adresse zurück. Alle Sitzungen enden, und nichts lässt sich ändern, bis Sie ein neues Passwort gewählt haben. Das kommt als Nächstes.
link-undo-button = Änderung rückgängig machen
link-not-me-title = Ihr Konto sichern
link-not-me-lead = Alle Sitzungen enden, auch Ihre, ebenso API-Token und bekannte Browser. Nichts lässt sich ändern, bis Sie ein neues Passwort gewählt haben. Das kommt als Nächstes. Ihr zweiter Schritt bleibt, wie er ist.
link-not-me-button = Das war ich nicht
link-mail-waits = Falls Sie Codes per E-Mail benutzen: Nach einem Zurücksetzen per E-Mail gehen sie 24 Stunden lang nur in Browsern, mit denen Sie sich schon angemeldet haben.
link-confirmed-title = Ihre Adresse ist bestätigt
link-confirmed-text = Sie können diese Seite schließen oder zu Ihrem Konto gehen.
link-changed-title = Sie haben eine neue E-Mail-Adresse
link-changed-text = Melden Sie sich von nun an mit ihr an. 72 Stunden lang lässt sich die Änderung von der bisherigen Adresse aus rückgängig machen.
link-taken-title = Diese Adresse ist vergeben

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
back-to-set-up = Zurück zur Einrichtung
other-ways-title = Anderen Weg wählen
other-ways-lead = Wie möchten Sie bestätigen, dass Sie es sind?
other-ways-only-one = Ihr Konto hat nur diesen Weg.
other-ways-any-device = Wenn Sie mehrere Geräte haben, geht jedes davon.
step-up-title = Bestätigen Sie, dass Sie es sind
step-up-code-lead = Diese Änderung ist wichtig. Tippen Sie den 6-stelligen Code aus Ihrer Authenticator-App ein.
step-up-password-lead = Diese Änderung ist wichtig. Tippen Sie Ihr Passwort noch einmal ein.
remove-challenge-title = Entfernen bestätigen
remove-challenge-lead = Um „{ $name }“ zu entfernen, tippen Sie einen 6-stelligen Code aus Ihrer Authenticator-App ein.
remove-device-button = Gerät entfernen

## Konto

save = Speichern
change = Ändern
rename = Umbenennen
remove = Entfernen
added = Hinzugefügt
copy = Kopieren
copied = Kopiert
copy-failed = Bitte von Hand kopieren
not-now = Jetzt nicht
back-to = Zurück: { $place }
to-account = Zu Ihrem Konto
state-on = An
state-off = Aus
state-suspended = Ausgesetzt
home-greeting = Guten Tag, { $name }
home-last-sign-in = Ihre letzte Anmeldung war
home-protected-none = Ihr Konto ist nur durch Ihr Passwort geschützt
home-protected-none-note = Mit einem zweiten Schritt reicht ein gestohlenes Passwort nicht mehr. Das dauert etwa eine Minute.
home-protected = Ihr Konto ist geschützt durch { $ways }
home-protected-note = Bei der Anmeldung fragen wir nach einem Code aus Ihrer Authenticator-App.
home-suspended = Ihr zweiter Schritt ist ausgesetzt
home-suspended-note = Der Support hat ihn bis { $time } ausgesetzt. Danach fragen Ihre Geräte wieder.
home-set-up = Jetzt einrichten
home-next = Was Sie als Nächstes tun können
home-second-device = Zweites Gerät hinzufügen
home-second-device-note = Wenn Sie eines verlieren, kommen Sie mit dem anderen noch hinein.
home-sessions = { $n ->
    [one] 1 andere Sitzung ansehen
   *[other] { $n } andere Sitzungen ansehen
}
home-sessions-note = Melden Sie sich dort ab, wo Sie es nicht mehr brauchen.
language-label = Sprache
language-browser = Wie mein Browser es wünscht
profile-sign-in = Anmeldung
password-row-note = Sie tippen es bei der Anmeldung ein.
password-title = Passwort ändern
current-password-label = Jetziges Passwort
password-ends-sessions = { $n ->
    [0] Sie bleiben hier angemeldet.
    [one] Ihre andere Sitzung wird abgemeldet. Diese bleibt.
   *[other] Ihre anderen { $n } Sitzungen werden abgemeldet. Diese bleibt.
}

## Sicherheit

two-factor = Zwei-Faktor-Authentifizierung
two-factor-gear = Zwei-Faktor-Authentifizierung verwalten
two-factor-on = Jede Anmeldung fragt nach einem zweiten Schritt. Sie haben { $ways }.
two-factor-off = Zur Anmeldung genügt Ihr Passwort. Richten Sie einen zweiten Schritt ein, um Ihr Konto zu schützen.
two-factor-suspended = Vom Support für eine Weile ausgesetzt.
methods-title = So bestätigen Sie, dass Sie es sind
policy-required = { $organisation } verlangt für Konten wie Ihres einen zweiten Schritt.
policy-offered = Den zweiten Schritt können Sie selbst wählen. Wir empfehlen ihn.
method-authenticator = Authenticator-App
method-authenticator-about = Eine App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code.
method-email = Code per E-Mail
method-email-about = Bei der Anmeldung senden wir einen sechsstelligen Code an Ihre E-Mail-Adresse.
method-support-code = Support-Code
method-support-code-about = Ein Code, den der Support Ihnen vorliest, solange er Ihren zweiten Schritt ausgesetzt hat.
method-recovery-key = Wiederherstellungsschlüssel
method-recovery-key-about = Ein Schlüssel auf Papier, mit dem Sie sich einmal anmelden, wenn alles andere verloren ist.
method-sms = Code per SMS
not-on-offer = Nicht im Angebot
not-on-offer-sms = Eine SMS kann unterwegs gelesen oder umgeleitet werden und braucht Empfang. Bei einer App ist das nicht so.
strength-phishing-resistant = Sicher gegen Phishing
strength-phishing-resistant-why = Es geht nur auf der echten Seite.
strength-strong = Stark
strength-strong-why = Der Schlüssel bleibt auf Ihrem Gerät und geht ohne Empfang.
strength-restricted = Eingeschränkt
strength-restricted-why = Das hängt an einer Telefonnummer, die andere übernehmen können.
strength-weak = Schwach
strength-weak-why = Das lässt sich leichter umgehen als der Code einer App.
strength-recovery = Wiederherstellung
strength-recovery-why = Für den Tag, an dem nichts anderes geht.
devices-label = Geräte
devices-full = { $n ->
    [one] Sie können 1 Gerät haben. Um es zu wechseln, entfernen Sie zuerst dieses.
   *[other] Sie haben alle { $n } erlaubten Geräte. Entfernen Sie eines, um ein anderes hinzuzufügen.
}
add-device = Gerät hinzufügen
advice-own-device = Behalten Sie Ihre Codes auf einem Gerät, über das nur Sie verfügen. Sie stehen für alles ein, was jemand mit Ihrem Passwort und Ihren Codes tut.
help-devices-link = So benutzen Sie mehrere Geräte
rename-title = Gerät umbenennen
rename-lead = „{ $name }“ bekommt einen neuen Namen. Die Codes bleiben gleich.
device-name-label = Gerätename
device-name-hint = Zum Beispiel „Mein Telefon“. So unterscheiden Sie Ihre Geräte.
remove-title = Dieses Gerät entfernen?
remove-lead = Die Codes von „{ $name }“ gelten dann sofort nicht mehr.
remove-last = Dies ist Ihr letztes Gerät. Ohne es schützt nur Ihr Passwort Ihr Konto.
remove-last-required = Dies ist Ihr letztes Gerät. { $organisation } verlangt einen zweiten Schritt; Sie richten deshalb gleich danach einen neuen ein.
remove-others-stay = Ihre anderen Geräte bleiben, wie sie sind.
remove-asks-code = Als Nächstes bitten wir Sie zu bestätigen, dass Sie es sind.
keep-device = Behalten

## Einrichten

set-up-title = Authenticator-App einrichten
set-up-lead = Drei kurze Schritte. Sie brauchen Ihr Telefon.
set-up-another-lead = Ihre anderen Geräte bleiben, wie sie sind.
must-enrol-title = Noch ein Schritt, um Ihr Konto zu schützen
must-enrol-lead = { $organisation } verlangt bei der Anmeldung einen zweiten Schritt. Richten Sie ihn jetzt ein; es dauert etwa eine Minute. Dann geht es weiter.
steps-label = Schritte
step-app = App holen
step-scan = QR-Code scannen
step-code = Code eintippen
set-up-app-title = Holen Sie eine Authenticator-App
set-up-app-text = Jede Authenticator-App eignet sich, auch ein programmierbarer Hardware-Token. Vielleicht haben Sie schon eine.
set-up-app-names = Zum Beispiel Google Authenticator, FreeOTP, Aegis, Microsoft Authenticator oder Authy. Alle sind kostenlos.
set-up-ends-sessions = { $n ->
    [0] Wenn Sie fertig sind, bleiben Sie hier angemeldet. Ab dann fragt jede Anmeldung nach einem Code.
    [one] Wenn Sie fertig sind, wird Ihre andere Sitzung abgemeldet. Diese bleibt.
   *[other] Wenn Sie fertig sind, werden Ihre anderen { $n } Sitzungen abgemeldet. Diese bleibt.
}
set-up-show-qr = Ja, QR-Code anzeigen
set-up-scan-title = Scannen Sie diesen QR-Code
set-up-scan-text = Wählen Sie in Ihrer App „+“ oder „Konto hinzufügen“. Richten Sie dann die Kamera auf dieses Bild.
qr-alt = QR-Code mit dem Schlüssel für Ihre Authenticator-App. Wenn Sie ihn nicht scannen können, finden Sie den Schlüssel als Text unter „Ich kann nicht scannen“.
qr-download = Bild herunterladen
key-show = Ich kann nicht scannen
key-text = Wählen Sie in Ihrer App, einen Schlüssel einzutippen. Tippen Sie dann diesen ein:
key-settings = Art: zeitbasiert. 6 Ziffern, alle 30 Sekunden.
key-copy = Schlüssel kopieren
set-up-several = Sie können ihn jetzt mit mehreren Geräten scannen. Lassen Sie keine Bilder davon zurück.
set-up-code-title = Tippen Sie den Code ein, den Ihre App zeigt
code-from-app = Code aus Ihrer App
set-up-code-wrong = { $n ->
    [0] Dieser Code stimmt nicht. Beginnen Sie neu.
    [one] Dieser Code stimmt nicht. Tippen Sie den ein, den Ihre App jetzt zeigt. Sie haben noch 1 Versuch.
   *[other] Dieser Code stimmt nicht. Tippen Sie den ein, den Ihre App jetzt zeigt. Sie haben noch { $n } Versuche.
}
clock-fast = Die Uhr Ihres Geräts geht etwa { $time } vor. Stellen Sie sie auf automatisch und tippen Sie dann den neuen Code ein.
clock-slow = Die Uhr Ihres Geräts geht etwa { $time } nach. Stellen Sie sie auf automatisch und tippen Sie dann den neuen Code ein.
clock-how-to = So stellen Sie die Uhr richtig
set-up-step-left = Neuer Code in
seconds-short = s
set-up-left = Noch { $time } Zeit zum Einrichten
server-time = Unsere Zeit ist { $time }. Ihr Telefon sollte dieselbe Minute zeigen.
set-up-cancel = Einrichten abbrechen
set-up-done-title = Ihr zweiter Schritt ist an
device-added-title = Ihr Gerät ist hinzugefügt
set-up-done-device = „{ $name }“ gibt jetzt die Codes für Ihre Anmeldung.
set-up-done-asks = Bei der Anmeldung fragen wir nach einem Code aus Ihrer App.
set-up-done-sessions = { $n ->
    [0] Sie hatten keine anderen Sitzungen. Diese bleibt.
    [one] Ihre andere Sitzung wurde abgemeldet. Diese bleibt.
   *[other] Ihre anderen { $n } Sitzungen wurden abgemeldet. Diese bleibt.
}
set-up-done-screenshots = Wenn Sie ein Bild des QR-Codes gespeichert haben, löschen Sie es jetzt.
add-another-device = Weiteres Gerät hinzufügen

## Sitzungen, Aktivität

sessions-lead = Hier sind Sie angemeldet. Beenden Sie, was Sie nicht kennen.
session-this = Dieser Browser
session-end = Beenden
signed-in-at = Angemeldet
sessions-end-others = Alle anderen beenden
sessions-end-others-note = Hier bleiben Sie angemeldet.
sessions-only-this = Sie sind sonst nirgends angemeldet.
device-on = { $browser } auf { $system }
device-unknown = Unbekannter Browser
activity-lead = Was in Ihrem Konto geschehen ist.
activity-filter = Anzeigen
activity-all = Alles
activity-sign-ins = Anmeldungen
activity-changes = Änderungen
activity-failures = Fehlversuche
activity-empty-title = Hier ist nichts
activity-empty-text = Dergleichen ist noch nicht geschehen.
activity-not-you = Waren Sie etwas davon nicht?
pages-label = Seiten
pages-newest = Neueste
pages-older = Ältere

## API-Token

tokens-lead = Schlüssel für eigene Programme. Behandeln Sie sie wie Passwörter.
tokens-empty-title = Keine Token
tokens-empty-text = Sie brauchen nur eines, wenn ein Programm Ihr Konto benutzen soll.
token-until = Gültig bis
token-expired = Abgelaufen
token-end = Beenden
token-new = Neues Token
token-new-lead = Geben Sie ihm nur, was das Programm braucht.
token-name-label = Name
token-name-hint = Zum Beispiel das Programm, das es benutzt.
token-scopes-label = Es darf
token-days-label = Gültig für
token-make = Token anlegen
token-made-title = Ihr neues Token
token-made-lead = „{ $name }“ ist bereit.
token-made-once = Kopieren Sie es jetzt. Wir zeigen es nicht noch einmal.
token-made-label = Token
token-saved = Ich habe es gespeichert
scope-account-read = Konto ansehen
scope-sessions-read = Sitzungen ansehen
scope-sessions-end = Sitzungen beenden
scope-activity-read = Aktivität ansehen

## Hilfe

lost-title = Sie kommen mit dem zweiten Schritt nicht weiter?
lost-lead = Das kommt vor: Ein Telefon ist verloren, kaputt oder neu, oder eine E-Mail kommt nicht. Sie kommen wieder hinein.
lost-first-title = Versuchen Sie zuerst das
lost-first-other = Haben Sie ein anderes Gerät, das Sie hier eingerichtet haben? Jedes davon geht.
lost-first-backup = Macht Ihre App Sicherungen? Melden Sie sich auf dem neuen Telefon in der App an; Ihre Codes kommen zurück.
lost-first-offline = Ihre App braucht kein Netz. Sie geht auch im Ausland und im Flugmodus.
lost-support-title = Fragen Sie dann den Support
lost-support-text = Sagen Sie dem Support von { $organisation }, dass der zweite Schritt bei Ihnen nicht geht. Er hilft Ihnen wieder hinein.
lost-then-title = Was dann geschieht
lost-then-check = Der Support prüft, ob Sie es wirklich sind.
lost-then-suspend = Er setzt Ihren zweiten Schritt für kurze Zeit aus. Dann genügt zur Anmeldung Ihr Passwort, allein oder mit einem Code, den er Ihnen vorliest.
lost-then-remove = Wenn ein Gerät verloren ist, sagen Sie es ihm: Dessen Codes dürfen nicht mehr gelten.
lost-then-again = Richten Sie Ihr neues Gerät ein, sobald die Aussetzung vorbei ist.
lost-never-tell = Der Support fragt nie nach Ihrem Passwort oder nach einem Code. Nennen Sie sie niemandem.
clock-title = Wenn Codes nicht gehen
clock-lead = Ein Code hängt von der Zeit ab. Geht die Uhr Ihres Geräts falsch, passen die Codes nicht. Stellen Sie die Uhr auf automatisch.
clock-android-title = Android
clock-android-text = Einstellungen → System → Datum und Uhrzeit → „Uhrzeit automatisch festlegen“ einschalten.
clock-iphone-title = iPhone
clock-iphone-text = Einstellungen → Allgemein → Datum & Uhrzeit → „Automatisch einstellen“ einschalten.
clock-computer-title = Computer
clock-computer-text = Schalten Sie in den Einstellungen für Datum und Uhrzeit „Uhrzeit automatisch festlegen“ ein.
clock-token-title = Hardware-Token
clock-token-text = Seine Uhr kann über die Jahre abweichen. Lassen Sie sie dort stellen, wo Sie ihn bekommen haben, oder bitten Sie um einen neuen.
clock-after = Warten Sie dann auf den nächsten Code und versuchen Sie es noch einmal. Benutzen Sie jeden Code nur einmal.
devices-title = Mehrere Geräte
devices-lead = Wenn ein Gerät verloren ist, kommen Sie mit einem anderen noch hinein. Es gibt vier Wege.
devices-own-title = Ein Schlüssel für jedes Gerät (am besten)
devices-own-text = Wo Ihr Anbieter mehrere Geräte erlaubt, fügen Sie jedes mit eigenem Namen hinzu. Jedes lässt sich einzeln entfernen.
devices-scan-title = Beim Einrichten mit allen scannen
devices-scan-text = Der QR-Code bleibt auf der Seite, bis Sie ihn bestätigen. Scannen Sie ihn mit jedem Gerät und tippen Sie dann einen Code von irgendeinem davon ein.
devices-export-title = Zwischen Apps übertragen
devices-export-text = Viele Apps können ihre Konten ausgeben und auf einem anderen Gerät einlesen. Lassen Sie sich dabei nicht zusehen.
devices-again-title = Entfernen und neu einrichten
devices-again-text = Entfernen Sie das Gerät in Ihrem Konto und richten Sie es neu ein, wenn alle Geräte da sind. Alte Codes gelten dann nicht mehr.
devices-screenshot-warning = Ein Bild des QR-Codes ist so gut wie der Schlüssel. Zeigen Sie es niemandem und löschen Sie es, wenn Sie fertig sind.

## Wenn etwas schiefging

error-400-title = Das haben wir nicht verstanden
error-400-text = Vielleicht ist die Seite zu alt. Gehen Sie zurück, laden Sie sie neu und versuchen Sie es noch einmal.
error-401-title = Bitte melden Sie sich an
error-401-text = Ihre Sitzung ist zu Ende. Melden Sie sich an, dann geht es weiter.
error-403-title = Das ist nicht erlaubt
error-403-text = Vielleicht ist die Seite zu alt, oder Ihr Konto darf das nicht. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-404-title = Diese Seite gibt es nicht
error-404-text = Vielleicht ist die Adresse vertippt, oder es gibt das Gesuchte nicht mehr.
error-405-title = Das geht hier nicht
error-405-text = Diese Adresse nimmt nicht an, was gesendet wurde. Gehen Sie zurück und versuchen Sie es von der Seite aus noch einmal.
error-409-title = Jemand war schneller
error-409-text = Das wurde inzwischen geändert. Sehen Sie es sich noch einmal an und versuchen Sie es dann wieder.
error-410-title = Das ist vorbei
error-410-text = Es hat zu lange gedauert oder war schon erledigt. Beginnen Sie neu.
error-413-title = Das war zu viel
error-413-text = Was gesendet wurde, ist zu lang. Kürzen Sie es und versuchen Sie es noch einmal.
error-415-title = Das können wir nicht lesen
error-415-text = Es kam in einer Form, die hier nicht angenommen wird. Gehen Sie zurück und senden Sie es von der Seite aus.
error-422-title = Bitte noch einmal ansehen
error-422-text = Etwas von den Eingaben passt nicht. Gehen Sie zurück, berichtigen Sie es und versuchen Sie es noch einmal.
error-428-title = Vorher kommt noch eine Prüfung
error-428-text = Gehen Sie zurück und laden Sie die Seite neu. Ihr Browser wird dann geprüft; das dauert einige Sekunden.
error-429-title = Etwas zu schnell
error-429-text = Es gab zu viele Versuche. Warten Sie etwas und versuchen Sie es dann noch einmal.
error-503-title = Gerade nicht erreichbar
error-503-text = Es wurde nichts geändert. Bitte versuchen Sie es gleich noch einmal.
error-500-title = Hier ist etwas schiefgegangen
error-500-text = Das lag an uns, nicht an Ihnen. Bitte versuchen Sie es noch einmal. Wenn es wieder geschieht, nennen Sie dem Support die Nummer unten.
error-until = Versuchen Sie es wieder in { $time } ({ $clock }).
error-request = Nummer dieser Anfrage:

## API-Beschreibung, Demo

api-reference = API-Beschreibung
api-description = Maschinenlesbare Beschreibung (OpenAPI)
api-takes = Nimmt
api-answers = Antwortet
api-name = Name
api-place = Wo
api-kind = Art
api-meaning = Bedeutung
api-required = nötig
api-status = Status
demo-title = Willkommen in der Demo
demo-lead = Alles hier läuft auf Ihrem eigenen Rechner und wird gelöscht, wenn die Demo endet.
demo-sign-in-title = Anmelden
demo-sign-in-text = Nehmen Sie eines der fertigen Konten unten.
demo-tray-title = Die Telefone
demo-tray-text = Wenn nach einem Code gefragt wird, sehen Sie hier nach: Authenticator-Apps, Anrufe und SMS, Telegram und das Postfach jedes Kontos.
demo-tray-open = Telefone öffnen
demo-api-text = Was die Seiten können, kann auch ein Programm.
demo-accounts = Fertige Konten
demo-shows = Zeigt
demo-throw-away = Fertige Konten und die Telefone gibt es nur in der Demo. Ein echter Server lehnt sie ab.
demo-tray-lead = Sie zeigen, was Ihre Kunden bekämen: Codes, Anrufe, SMS, Chats und E-Mails.
demo-app = Authenticator
demo-tray-empty-title = Noch keine Konten
demo-tray-empty-text = Richten Sie in einem Konto eine Authenticator-App ein. Dann erscheint es hier.
demo-next-code = Nächster: { $code }
demo-refresh = Neu laden

## Was getan wurde

done-signed-out = Sie sind abgemeldet.
done-profile-saved = Ihr Profil ist gespeichert.
done-password-saved = Ihr neues Passwort ist gespeichert. Ihre anderen Sitzungen wurden abgemeldet.
done-password-reset = Ihr neues Passwort ist gespeichert. Melden Sie sich jetzt damit an.
done-account-made = Ihr Konto ist bereit. Melden Sie sich jetzt an.
done-address-undone = Ihre bisherige Adresse gilt wieder, und alle Sitzungen sind beendet. Wählen Sie jetzt ein neues Passwort: Bis dahin bleiben Änderungen gesperrt.
done-account-secured = Alle Sitzungen sind beendet. Wählen Sie jetzt ein neues Passwort: Bis dahin bleiben Änderungen gesperrt.
done-device-renamed = Das Gerät hat seinen neuen Namen.
done-device-removed = Das Gerät ist entfernt. Seine Codes gelten nicht mehr.
done-set-up-cancelled = Das Einrichten wurde abgebrochen. Es wurde nichts geändert.
done-set-up-ended = Das Einrichten hat zu lange gedauert und ist beendet. Es wurde nichts geändert. Sie können neu beginnen.
done-session-ended = Die Sitzung ist beendet.
done-others-ended = Alle anderen Sitzungen sind beendet.
done-token-ended = Das Token ist beendet. Es gilt nicht mehr.
done-cancelled = Abgebrochen. Es wurde nichts geändert.
done-session-over = Ihre Sitzung ist zu Ende. Bitte melden Sie sich wieder an.

## Was an einer Eingabe nicht stimmt

email-fault-empty = Tippen Sie Ihre E-Mail-Adresse ein.
email-fault-too-long = Diese Adresse ist zu lang. Prüfen Sie sie.
email-fault-not-one-at = Eine E-Mail-Adresse hat ein @, zum Beispiel name@example.org.
email-fault-character = In dieser Adresse ist ein Zeichen, das nicht hineingehört, zum Beispiel ein Leerzeichen.
email-fault-dots = Prüfen Sie die Punkte in dieser Adresse.
name-fault-empty = Tippen Sie einen Namen ein.
name-fault-too-long = Nehmen Sie höchstens { $most } Zeichen.
name-fault-character = Nehmen Sie nur Buchstaben, Ziffern und übliche Zeichen.
password-fault-too-short = Nehmen Sie mindestens { $min } Zeichen.
password-fault-too-long = Nehmen Sie höchstens { $max } Zeichen.
password-fault-common = Dieses Passwort benutzen viele; es ist leicht zu erraten. Wählen Sie ein anderes.
password-fault-product = Nehmen Sie nicht den Namen dieses Dienstes in Ihr Passwort.
password-fault-organisation = Nehmen Sie nicht den Namen der Organisation in Ihr Passwort.
password-fault-email-name = Nehmen Sie nicht Ihre E-Mail-Adresse in Ihr Passwort.
password-fault-email-domain = Nehmen Sie nicht den Namen Ihres E-Mail-Anbieters in Ihr Passwort.
password-fault-display-name = Nehmen Sie nicht Ihren eigenen Namen in Ihr Passwort.
change-refused-sign-in-again = Melden Sie sich neu an, um das zu ändern.
change-refused-enrol-first = Richten Sie zuerst Ihren zweiten Schritt ein.
change-refused-suspended = Der Support hat Ihren zweiten Schritt ausgesetzt. Sie können das ändern, wenn die Aussetzung vorbei ist.
change-refused-not-offered = Ihre Organisation bietet das nicht an.
change-refused-nothing-enrolled = Es gibt kein Gerät, das geändert werden könnte.
change-refused-stronger-needed = Ihre Organisation verlangt dafür einen stärkeren zweiten Schritt.

## Was geschehen ist

event-sign-up-made = Konto angelegt
event-sign-in-first-step-failed = Falsches Passwort bei der Anmeldung
event-sign-in-first-step-refused = Anmeldung nach zu vielen Versuchen abgelehnt
event-sign-in-first-step-passed = Richtiges Passwort, nach einem Code gefragt
event-sign-in-succeeded = Angemeldet
event-sign-in-under-suspension = Ohne Code angemeldet, während der zweite Schritt ausgesetzt war
event-second-step-failed = Falscher Code
event-second-step-refused = Code nach zu vielen Versuchen abgelehnt
event-second-step-late = Abgelaufener Code
event-second-step-used = Schon benutzter Code
event-second-step-cancelled = Anmeldung beim Code abgebrochen
event-step-up-succeeded = Bestätigt, dass Sie es waren
event-sign-out = Abgemeldet
event-session-ended = Sitzung beendet
event-sessions-ended-others = Alle anderen Sitzungen beendet
event-sessions-ended-all = Alle Sitzungen beendet
event-session-evicted = Älteste Sitzung beendet, weil es zu viele waren
event-authenticator-set-up-started = Einrichten eines Geräts begonnen
event-authenticator-added = Gerät hinzugefügt
event-authenticator-renamed = Gerät umbenannt
event-authenticator-removed = Gerät entfernt
event-password-changed = Passwort geändert
event-password-reset = Passwort über einen Link neu gesetzt
event-profile-changed = Profil geändert
event-link-made = Einmal-Link angelegt
event-link-spent = Einmal-Link benutzt
event-suspension-started = Zweiter Schritt vom Support ausgesetzt
event-suspension-lifted = Aussetzung des zweiten Schritts beendet
event-account-added = Konto hinzugefügt
event-account-disabled = Konto gesperrt
event-account-enabled = Konto entsperrt
event-api-token-made = API-Token angelegt
event-api-token-ended = API-Token beendet
event-policy-changed = Sicherheitsrichtlinie geändert
event-key-added = Schlüssel für gespeicherte Daten hinzugefügt
event-key-activated = Schlüssel für gespeicherte Daten in Gebrauch genommen
event-clock-reset = Höchste gesehene Uhrzeit zurückgesetzt
event-key-retired = Schlüssel für gespeicherte Daten außer Dienst
event-key-resealed = Gespeicherte Geheimnisse neu verschlüsselt
event-authorisation-refused = Etwas verlangt, das nicht erlaubt ist

## What flows and the boundary say
password-current-wrong = Das ist nicht Ihr jetziges Passwort.
password-missing = Geben Sie Ihr Passwort ein.
account-is-disabled = Dieses Konto ist gesperrt. Entsperren Sie es zuerst.
account-state-unchanged = Das Konto ist bereits in diesem Zustand.
api-token-days = Wählen Sie 1 bis 365 Tage.
api-token-no-scope = Wählen Sie mindestens eines, was das Token darf.
api-token-too-many = Sie haben bereits { $most } Tokens. Beenden Sie eines, das Sie nicht mehr brauchen.
authenticator-too-many = { $most ->
    [one] Ihre Organisation erlaubt ein Gerät. Entfernen Sie es zuerst, um ein anderes einzurichten.
   *[other] Ihre Organisation erlaubt { $most } Geräte. Entfernen Sie zuerst eines, um ein anderes hinzuzufügen.
}
field-missing = Dieses Feld wird gebraucht.
field-twice = Dieses Feld kam zweimal. Senden Sie es einmal.
field-unknown = Dieses Feld gibt es hier nicht. Lassen Sie es weg.
field-wrong = Das hat nicht die richtige Art oder Länge.
language-unknown = Wählen Sie eine Sprache aus der Liste.
policy-changed-meanwhile = Die Richtlinie wurde inzwischen von jemand anderem geändert. Sehen Sie sie an und versuchen Sie es noch einmal.
invitations-closed = Für diese Organisation gibt es keine Einladungen. Legen Sie das Konto mit einem Passwort an, oder lassen Sie Einladungen mit policy set-sign-up zu.
sign-up-not-open = Hier kann man selbst kein Konto anlegen. Bitten Sie Ihre Organisation um eine Einladung.
suspension-never-for-staff = Ein Mitarbeiterkonto öffnet nie das Passwort allein. Wählen Sie den Support-Code.
suspension-not-in-policy = Die Sicherheitsrichtlinie dieser Organisation erlaubt diese Aussetzung nicht.
suspension-nothing-enrolled = Dieses Konto hat keinen zweiten Schritt, der ausgesetzt werden könnte.
suspension-reason = Nennen Sie einen Grund mit höchstens 500 Zeichen.
suspension-too-long = { $hours ->
    [one] Die Richtlinie erlaubt höchstens eine Stunde.
   *[other] Die Richtlinie erlaubt höchstens { $hours } Stunden.
}
email-taken = Es gibt bereits ein Konto mit dieser Adresse.
email-is-the-present-one = Das ist die Adresse, die Sie schon haben. Geben Sie eine andere ein.
address-taken-meanwhile = Diese Adresse benutzt inzwischen jemand anderes. Melden Sie sich an und wählen Sie eine andere.
address-confirmed-already = Ihre Adresse ist schon bestätigt.
address-needs-mail = Dieser Dienst verschickt keine E-Mails, deshalb lässt sich keine Adresse bestätigen. Fragen Sie den Betreiber.
reset-by-mail-not-set-up = Dieser Dienst verschickt keine E-Mails. Bitten Sie den Betreiber um einen Link für ein neues Passwort.
device-name-taken = Sie haben ein Gerät mit diesem Namen. Wählen Sie einen anderen.
event-audit-purged = Alte Aktivitäten wurden gelöscht
code-empty = Tippen Sie den Code ein. Er hat 6 Ziffern.
code-not-digits = Ein Code hat 6 Ziffern und sonst nichts.
code-wrong-length = Ein Code hat 6 Ziffern.
problem-malformed = Anfrage nicht verstanden
problem-malformed-detail = Die Anfrage konnte nicht gelesen werden. Prüfen Sie sie und senden Sie sie noch einmal.
problem-forwarding = Weiterleitung nicht verstanden
problem-forwarding-detail = Ein Proxy dazwischen sagt nicht oder nicht verlässlich, für wen er fragt. Sagen Sie es dem Betreiber.
problem-sign-in-needed = Bitte anmelden
problem-sign-in-needed-detail = Ihre Sitzung ist beendet, oder Sie sind noch nicht angemeldet. Melden Sie sich an und machen Sie weiter.
problem-forbidden = Nicht erlaubt
problem-forbidden-detail = Ihr Konto darf das nicht.
problem-foreign-request = Anfrage von einer anderen Seite
problem-foreign-request-detail = Diese Anfrage kam nicht von einer unserer Seiten. Öffnen Sie die Seite hier und versuchen Sie es noch einmal.
problem-stale-form = Diese Seite ist zu alt
problem-stale-form-detail = Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal. Nichts wurde geändert.
problem-tls-needed = Nur über HTTPS
problem-tls-needed-detail = Verwenden Sie die https-Adresse dieses Dienstes.
problem-step-up-needed = Bestätigen Sie, dass Sie es sind
problem-step-up-needed-detail = Dafür braucht es einen frischen zweiten Schritt. Bestätigen Sie und versuchen Sie es noch einmal.
problem-must-enrol = Richten Sie zuerst den zweiten Schritt ein
problem-must-enrol-detail = Ihre Organisation verlangt Zwei-Faktor-Authentifizierung. Richten Sie sie ein und machen Sie weiter.
problem-not-found = Nicht gefunden
problem-not-found-detail = Hier ist nichts, oder es gehört nicht Ihnen. Prüfen Sie die Adresse.
problem-method = Hier nicht möglich
problem-method-detail = Diese Adresse nimmt diese Art von Anfrage nicht an.
problem-conflict = Inzwischen hat sich etwas geändert
problem-conflict-detail = Laden Sie neu und sehen Sie nach, bevor Sie es noch einmal versuchen.
problem-too-large = Zu viel auf einmal
problem-too-large-detail = Die Anfrage ist zu groß. Senden Sie weniger.
problem-media-type = Falsche Art von Inhalt
problem-media-type-detail = Senden Sie die Art von Inhalt, die diese Adresse verlangt.
problem-invalid = Bitte prüfen Sie Ihre Angaben
problem-invalid-detail = Etwas davon passt nicht. Ändern Sie es und versuchen Sie es noch einmal.
problem-too-many = Zu viele Versuche
problem-too-many-detail = Warten Sie ein wenig und versuchen Sie es dann noch einmal.
problem-internal = Hier ist etwas schiefgegangen
problem-internal-detail = Der Fehler liegt bei uns und wurde notiert. Versuchen Sie es noch einmal; wenn es wieder geschieht, nennen Sie uns die Nummer unten.
problem-unavailable = Im Moment nicht erreichbar
problem-unavailable-detail = Nichts wurde geändert. Versuchen Sie es gleich noch einmal.
problem-busy = Im Moment sehr viel los
problem-busy-detail = Viele melden sich gerade an. Versuchen Sie es in ein paar Sekunden noch einmal.
problem-timeout = Das hat zu lange gedauert
problem-timeout-detail = Es ist nicht bekannt, dass sich etwas geändert hat. Sehen Sie nach und versuchen Sie es noch einmal.
problem-wrong-credentials = E-Mail-Adresse oder Passwort falsch
problem-wrong-credentials-detail = Diese E-Mail-Adresse und dieses Passwort passen nicht zusammen.
problem-wrong-code = Falscher Code
problem-wrong-code-detail = Dieser Code ist falsch. Sehen Sie in Ihre Authenticator-App und versuchen Sie es noch einmal.
problem-late-code = Code zu spät
problem-late-code-detail = Dieser Code ist gerade abgelaufen. Geben Sie den ein, der jetzt angezeigt wird.
problem-used-code = Code bereits benutzt
problem-used-code-detail = Dieser Code wurde bereits benutzt. Warten Sie auf den nächsten.
problem-known-browsers-only = Nur mit einem Browser, den Sie schon benutzt haben
problem-known-browsers-only-detail = Für dieses Konto gab es zu viele falsche Passwörter. Melden Sie sich mit einem Browser an, den Sie hier schon benutzt haben.
problem-over = Das ist vorbei
problem-over-detail = Es hat zu lange gedauert, wurde bereits beantwortet, oder es gab zu viele falsche Codes. Fangen Sie neu an.
problem-wrong-set-up-code = Falscher Code
problem-wrong-set-up-code-detail = Dieser Code passt nicht zum Schlüssel. Sehen Sie in Ihre Authenticator-App und versuchen Sie es noch einmal.
problem-clock-wrong = Die Uhr Ihres Geräts geht falsch
problem-clock-wrong-detail = Der Schlüssel stimmt, aber die Uhr Ihres Geräts nicht. Stellen Sie sie auf automatisch und versuchen Sie es noch einmal.
problem-puzzle = Zuerst ein Rätsel
problem-puzzle-detail = Für dieses Konto gab es viele falsche Versuche. Lösen Sie das Rätsel und senden Sie die Antwort mit.
problem-too-many-until = Versuchen Sie es nach { $until } noch einmal.

# What the demo's ready organisations and accounts show
demo-tray-pending = Wird eingerichtet
demo-about-authenticator = Nur Authenticator-App. Der Support kann den zweiten Schritt eine Zeit lang aussetzen.
demo-about-email-or-authenticator = Codes per E-Mail oder eine Authenticator-App, nie beides.
demo-about-email-with-recovery-key = Codes per E-Mail, ein Wiederherstellungsschlüssel und dazu eine App. Hier ist für alle ein zweiter Schritt vorgeschrieben.
demo-about-messenger = Zuerst Telegram, daneben eine Authenticator-App und Codes per E-Mail, Anrufe und SMS als Ausweg.
demo-about-recommended = Die Authenticator-App, mit strengen Regeln für Änderungen am Konto.
demo-about-protected = Fragt nach einem Code seines Telefons.
demo-about-two-devices = Fragt nach einem Code eines seiner beiden Geräte.
demo-about-plain = Noch nichts eingerichtet: eine App einrichten und mit dem Telefon scannen.
demo-about-must-enrol = Muss zuerst einen zweiten Schritt einrichten.
demo-about-by-mail = Fragt nach einem Code per E-Mail: Sehen Sie im Postfach auf dem Telefon nach.
demo-about-with-key = Fragt nach einem Code per E-Mail und hat einen Wiederherstellungsschlüssel, falls das Postfach einmal fehlt.
demo-about-unverified = Muss seine E-Mail-Adresse bestätigen, bevor es einen zweiten Schritt einrichten kann.
demo-letters = Das Postfach
demo-letters-text = Jede E-Mail, die gesendet wurde, die neueste zuerst. Links funktionieren hier.
demo-letters-whole = Die ganze E-Mail
demo-letters-empty-title = Noch keine E-Mails
demo-letters-empty-text = Melden Sie sich bei einem Konto mit Codes per E-Mail an. Dann erscheint hier die E-Mail.
demo-about-suspended = Telefon verloren: der Support lässt vorerst das Passwort allein gelten.
demo-about-administrator = Ein Konto der Administration: fragt nach einem Code seines Telefons. Probieren Sie die Administration unter /admin aus.
demo-about-support = Ein Support-Konto: fragt nach einem Code seines Telefons. Probieren Sie den Support unter /support aus.

# Was bei Codes per E-Mail, Wiederherstellungsschlüsseln und Adressen verweigert wird.
change-refused-save-key-first = Sichern Sie zuerst Ihren neuen Wiederherstellungsschlüssel. Danach ist alles andere wieder offen.
change-refused-locked = Änderungen sind zum Schutz Ihres Kontos gesperrt. Melden Sie sich ab, wählen Sie „Passwort vergessen?“ und setzen Sie ein neues Passwort.
change-refused-confirm-address-first = Bestätigen Sie zuerst Ihre E-Mail-Adresse. Danach können Sie die Zwei-Faktor-Authentifizierung einschalten.
change-refused-needs-another = Richten Sie zuerst eine andere Methode ein: Diese zählt nur neben ihr.
change-refused-excluded = Entfernen Sie zuerst Ihre Authenticator-App. Codes per E-Mail und eine App schließen einander hier aus.
change-refused-already-on = Das ist schon eingeschaltet.
second-step-not-on-offer = Dieser Weg steht hier nicht zur Wahl. Nehmen Sie einen anderen.
second-step-held = Codes per E-Mail müssen warten, weil das Passwort vor Kurzem per E-Mail zurückgesetzt wurde. Nehmen Sie einen anderen Weg.
mail-not-set-up = Dieser Dienst verschickt keine E-Mails, deshalb lassen sich Codes per E-Mail nicht einschalten. Fragen Sie den Support.
recovery-key-empty = Geben Sie Ihren Wiederherstellungsschlüssel ein.
recovery-key-character = Ein Wiederherstellungsschlüssel besteht nur aus Buchstaben und Ziffern, in sechs Gruppen zu vier. Prüfen Sie Ihre Eingabe.
recovery-key-length = Ein Wiederherstellungsschlüssel hat 24 Zeichen, in sechs Gruppen zu vier. Prüfen Sie Ihre Eingabe.
recovery-key-mistyped = Ein Zeichen ist vertippt. Vergleichen Sie jede Gruppe mit dem, was Sie gesichert haben.
event-code-sent = Code per E-Mail gesendet
event-code-refused = Code per E-Mail verweigert: zu viele
event-email-codes-enabled = Codes per E-Mail eingeschaltet
event-email-codes-disabled = Codes per E-Mail ausgeschaltet
event-recovery-key-made = Wiederherstellungsschlüssel erzeugt; ein früherer gilt nicht mehr
event-recovery-key-saved = Wiederherstellungsschlüssel als gesichert bestätigt
event-recovery-key-used = Wiederherstellungsschlüssel benutzt
event-recovery-key-voided = Wiederherstellungsschlüssel gilt nicht mehr
event-address-confirmed = E-Mail-Adresse bestätigt
event-address-change-asked = Änderung der E-Mail-Adresse gewünscht
event-address-change-dropped = Änderung der E-Mail-Adresse verworfen
event-address-changed = E-Mail-Adresse geändert
event-address-change-undone = Änderung der E-Mail-Adresse rückgängig gemacht
event-password-reset-asked = Link für ein neues Passwort angefordert
event-account-secured = „Das war ich nicht“: alle Sitzungen beendet, Änderungen gesperrt
event-sign-up-asked = Konto angefordert
event-letter-given-up = E-Mail nicht zustellbar
problem-must-save-key = Sichern Sie zuerst Ihren neuen Wiederherstellungsschlüssel
problem-must-save-key-detail = Sie haben sich mit Ihrem Wiederherstellungsschlüssel angemeldet. Erzeugen und sichern Sie einen neuen, dann geht es weiter.
problem-superseded-code = Ein früherer Code
problem-superseded-code-detail = Dieser Code steht in einer früheren E-Mail. Geben Sie den aus der neuesten ein.
problem-no-code = Es wurde kein Code gesendet
problem-no-code-detail = Hier gibt es keinen Code, den Sie eingeben könnten, vielleicht weil inzwischen eine andere Anmeldung einen angefordert hat. Lassen Sie sich einen neuen senden.
problem-held = Dieser Weg muss warten
problem-held-detail = Dieser Weg zählt hier vorerst nicht. Wählen Sie einen anderen oder einen Browser, mit dem Sie sich schon einmal angemeldet haben.
second-step-held-until = Das Passwort wurde vor Kurzem per E-Mail zurückgesetzt, deshalb zählt ein Code per E-Mail hier erst wieder ab { $until }. Wählen Sie einen anderen Weg oder einen Browser, mit dem Sie sich schon einmal angemeldet haben.
second-step-no-more-codes = Für diese Anmeldung werden keine weiteren Codes gesendet. Nehmen Sie den neuesten, oder beginnen Sie von vorn.
second-step-mail-off = Dieser Server kann zurzeit keine E-Mails senden. Wählen Sie einen anderen Weg.
recovery-key-groups-wrong = Das sind nicht die beiden Gruppen Ihres Schlüssels. Vergleichen Sie sie mit dem, was Sie gesichert haben.
recovery-key-not-this = Das ist nicht Ihr aktueller Wiederherstellungsschlüssel: Inzwischen wurde ein anderer erzeugt. Erzeugen Sie einen neuen.
scope-mail-read = Sehen, wie E-Mails dieser Installation zugestellt werden (nur für Administratoren)

## Der zweite Schritt auf anderen Wegen

second-step-key-title = Wiederherstellungs­schlüssel eingeben
second-step-key-lead = Tippen Sie den Schlüssel ein, den Sie beim Einrichten gesichert haben.
second-step-key-left = Noch { $time } Zeit dafür
step-up-mail-lead = Diese Änderung ist wichtig. Tippen Sie den Code ein, den wir Ihnen senden.
remove-challenge-other-lead = Um „{ $name }“ zu entfernen, bestätigen Sie, dass Sie es sind.
email-on-challenge-title = Code aus der E-Mail eingeben
email-off-challenge-title = Mit einem Code bestätigen
email-off-challenge-lead = Danach kommen keine Codes mehr per E-Mail.
key-challenge-title = Bestätigen Sie, dass Sie es sind
key-challenge-lead = Dann erzeugen wir Ihren neuen Wiederherstellungsschlüssel. Der alte gilt von da an nicht mehr.
email-off-button = Ausschalten
recovery-key-wrong = { $n ->
    [0] Das ist nicht Ihr Wiederherstellungsschlüssel.
    [one] Das ist nicht Ihr Wiederherstellungsschlüssel. Sie haben noch 1 Versuch.
   *[other] Das ist nicht Ihr Wiederherstellungsschlüssel. Sie haben noch { $n } Versuche.
}
recovery-key-hint = Sechs Gruppen aus vier Buchstaben und Ziffern. Klein oder groß, mit oder ohne Striche: alles geht. O und 0 sowie I, L und 1 dürfen verwechselt werden.
recovery-key-once = Er gilt einmal. Nach der Anmeldung erzeugen und sichern Sie einen neuen.
mail-code-late = Dieser Code ist abgelaufen; lassen Sie sich einen neuen senden.
mail-code-used = Dieser Code wurde schon benutzt. Lassen Sie sich einen neuen senden.
mail-code-superseded = Dieser Code stammt aus einer früheren E-Mail; in der neuesten steht { $reference }.
mail-code-superseded-none = Dieser Code stammt aus einer früheren E-Mail. Lassen Sie sich einen neuen senden.
mail-code-none = Für diese Anmeldung gibt es gerade keinen Code. Lassen Sie sich einen senden.
mail-code-held = Codes per E-Mail müssen bis { $time } warten, weil Ihr Passwort vor Kurzem per E-Mail zurückgesetzt wurde. Nehmen Sie bis dahin einen anderen Weg oder einen Browser, mit dem Sie sich schon angemeldet haben.
mail-code-sent-to = Wir haben einen 6-stelligen Code gesendet an
mail-code-goes-to = Wir senden einen 6-stelligen Code an
mail-code-reference = In der E-Mail steht
mail-code-on-its-way = Die E-Mail ist unterwegs.
mail-code-delayed = Unser Mailserver ist gerade nicht erreichbar. Wir versuchen es weiter, und die E-Mail kommt, sobald es geht. Sie müssen nicht warten: Nehmen Sie einen anderen Weg.
mail-code-down = Unser Mailserver ist gerade nicht erreichbar; ein Code kann deshalb dauern. Sie können einen anderen Weg nehmen.
mail-code-refused = Ihr Postfach hat unsere E-Mail nicht angenommen. Nehmen Sie einen anderen Weg, oder fragen Sie den Support.
mail-code-send = Code senden
mail-code-send-again = Neuen Code senden
mail-code-again-at = In { $time } ({ $clock }) können Sie sich einen neuen senden lassen. Sehen Sie auch im Spam-Ordner nach.
mail-code-limited-until = Wir haben Ihnen viele Codes gesendet. In { $time } ({ $clock }) können Sie sich wieder einen senden lassen.
mail-code-limited = Wir haben Ihnen viele Codes gesendet. Nehmen Sie einen anderen Weg, oder kommen Sie später wieder.
mail-code-no-more = Hier können keine weiteren Codes gesendet werden. Beginnen Sie neu, oder nehmen Sie einen anderen Weg.
other-ways-app = Ein Code, den Ihre App zeigt
other-ways-mail = Ein Code an { $to }
other-ways-support-code = Der Code, den der Support Ihnen vorliest
other-ways-key = Der Schlüssel, den Sie gesichert haben; er gilt einmal
other-ways-held = Erst ab { $time }, weil das Passwort per E-Mail zurückgesetzt wurde

## Codes per E-Mail, Wiederherstellungsschlüssel, letztes Zeigen

ways-devices = { $n ->
    [one] 1 Gerät
   *[other] { $n } Geräte
}
ways-email = Codes per E-Mail
ways-key = einen Wiederherstellungsschlüssel
list-and = { $list } und { $last }
disable = Ausschalten
verify-now = Jetzt bestätigen
finish = Fertig
accept = Verstanden
email-row-address = Codes gehen an { $email }.
key-row-saved = Erzeugt am { $date } und gesichert.
key-row-unsaved = Erzeugt am { $date }, aber nicht als gesichert bestätigt. Erzeugen Sie einen neuen, wenn Sie ihn nicht haben.
key-row-new = Neuer Schlüssel
key-row-needs-method = Sie bekommen einen, sobald Sie einen anderen Weg eingeschaltet haben.
address-verified = Bestätigt
address-unverified = Nicht bestätigt
address-pending = Wartet auf Bestätigung:
address-drop = Änderung verwerfen
home-protected-email-note = Bei der Anmeldung senden wir einen Code an Ihre E-Mail-Adresse.
home-protected-either-note = Bei der Anmeldung fragen wir nach einem Code aus Ihrer App oder aus einer E-Mail.
home-recovery-key = Einen Wiederherstellungsschlüssel sichern
home-recovery-key-note = Mit ihm kommen Sie hinein, wenn Sie alles andere verloren haben.
home-mail-down = Zurzeit gehen keine E-Mails hinaus; Codes per E-Mail kommen also nicht an. Sehen Sie in die E-Mail-Einstellungen und ins Log des Servers.
email-on-title = Codes per E-Mail einschalten
email-on-lead = Bei jeder Anmeldung senden wir Ihnen einen Code. Sehen wir zuerst, ob er ankommt.
email-on-goes-to = Wir senden einen Bestätigungscode an
email-on-then = Auf der nächsten Seite tippen Sie ihn ein, dann sind Codes per E-Mail an.
email-on-key-follows = Danach erzeugen Sie einen Wiederherstellungsschlüssel, falls Sie einmal nicht an Ihr Postfach kommen.
email-on-ends-sessions = { $n ->
    [0] Wenn Sie fertig sind, bleiben Sie hier angemeldet. Ab dann fragt jede Anmeldung nach einem Code.
    [one] Wenn Sie fertig sind, wird Ihre andere Sitzung abgemeldet. Diese bleibt.
   *[other] Wenn Sie fertig sind, werden Ihre anderen { $n } Sitzungen abgemeldet. Diese bleibt.
}
email-on-send = Bestätigungscode senden
email-off-title = Codes per E-Mail ausschalten?
email-off-lead = Bei der Anmeldung können Sie dann keinen Code per E-Mail mehr benutzen.
email-off-last = Dies ist Ihr letzter Weg. Ohne ihn schützt nur Ihr Passwort Ihr Konto.
email-off-required = Dies ist Ihr letzter Weg. { $organisation } verlangt einen zweiten Schritt; Sie richten deshalb gleich danach einen neuen ein.
email-off-others-stay = Ihre anderen Wege bleiben, wie sie sind.
email-off-key-goes = Auch Ihr Wiederherstellungsschlüssel gilt dann nicht mehr.
email-off-asks = Als Nächstes senden wir einen Code an
email-off-keep = Eingeschaltet lassen
set-up-ends-email = Codes per E-Mail werden ausgeschaltet, wenn Sie fertig sind. Es geht nur das eine oder das andere.
set-up-or-email = Lieber Codes per E-Mail
last-showing-title = Ihr Schlüssel, ein letztes Mal
last-showing-lead = „{ $name }“ ist eingerichtet. Wenn Sie eine Kopie des Schlüssels behalten wollen, dann jetzt.
last-showing-warning = Dieser QR-Code und dieser Schlüssel werden nicht noch einmal gezeigt. Wer sie hat, kann Ihre Codes erzeugen: Bewahren Sie eine Kopie nur dort auf, wo niemand sonst herankommt.
last-showing-ends = Beide Schaltflächen schließen diese Anzeige. Nach 10 Minuten schließt sie sich von selbst.
key-first-title = Wiederherstellungs­schlüssel erzeugen
key-first-lead = Mit ihm kommen Sie hinein, wenn Sie alles andere verloren haben.
key-new-title = Neuen Wiederherstellungs­schlüssel erzeugen
key-new-lead = Ihr jetziger Schlüssel gilt nicht mehr, sobald der neue erzeugt ist.
key-unsaved-title = Ihr Wiederherstellungs­schlüssel wurde nicht gesichert
key-unsaved-lead = Er wurde einmal gezeigt und kann nicht noch einmal gezeigt werden. Wenn Sie ihn nicht haben, erzeugen Sie einen neuen.
key-used-title = Neuen Wiederherstellungs­schlüssel erzeugen
key-used-lead = Sie haben sich mit Ihrem Wiederherstellungsschlüssel angemeldet. Er ist verbraucht; erzeugen und sichern Sie einen neuen.
key-made-at = Ihr jetziger Schlüssel wurde erzeugt:
key-shown-at = Gezeigt wurde er:
key-what-shown = Sie sehen den Schlüssel einmal. Niemand kann ihn noch einmal zeigen, auch nicht der Support.
key-what-once = Er meldet Sie einmal an, zusammen mit Ihrem Passwort.
key-what-paper = Bewahren Sie ihn auf Papier oder in einem Passwortspeicher auf, nicht in Ihrem Postfach.
key-asks-proof = Als Nächstes bitten wir Sie zu bestätigen, dass Sie es sind.
key-make = Meinen Schlüssel zeigen
key-shown-title = Sichern Sie Ihren Wiederherstellungs­schlüssel
key-shown-lead = Sie sehen ihn nur dieses eine Mal.
key-download = Herunterladen
key-print = Drucken
key-guard = Hüten Sie ihn wie ein Passwort. Wer ihn und Ihr Passwort hat, kommt in Ihr Konto.
key-prove-title = Zeigen Sie, dass Sie ihn haben
key-prove-text = Tippen Sie aus dem, was Sie gesichert haben, Gruppe { $first } und Gruppe { $second } ein.
key-group = Gruppe { $n }
key-file-title = { $product }: Wiederherstellungsschlüssel
key-file-organisation = Für Ihr Konto bei { $organisation }
key-file-account = Konto: { $account }
key-file-made = Erzeugt: { $time }
key-file-how = So benutzen Sie ihn: Melden Sie sich mit Ihrem Passwort an, wählen Sie „Anderen Weg wählen“ und dann den Wiederherstellungsschlüssel.
key-file-once = Er gilt einmal. Danach erzeugen Sie einen neuen.
key-file-guard = Hüten Sie ihn wie ein Passwort, und bewahren Sie ihn getrennt von Ihren Geräten auf.
lost-first-ways = Bietet die Seite mit dem zweiten Schritt einen anderen Weg an? Vielleicht genügt ein Code per E-Mail.
lost-first-key = Haben Sie einen Wiederherstellungsschlüssel gesichert? Er lässt Sie zusammen mit Ihrem Passwort einmal hinein.
done-authenticator-on = Ihre Authenticator-App ist eingerichtet. Eins fehlt noch: Ihr Wiederherstellungsschlüssel.
done-email-codes-on = Codes per E-Mail sind an.
done-email-codes-off = Codes per E-Mail sind aus.
done-recovery-key-saved = Ihr Wiederherstellungsschlüssel ist gesichert. Alles ist bereit.
done-recovery-key-replaced = Dieser Schlüssel kann nicht mehr bestätigt werden. Es wurde ein anderer erzeugt, oder er ist schon gesichert.
address-title = E‑Mail-Adresse ändern
address-lead = Mit ihr melden Sie sich an, und dorthin gehen Codes und Neuigkeiten zu Ihrem Konto.
address-present = Jetzige Adresse
address-new = Neue Adresse
address-new-hint = Wir senden eine E-Mail dorthin. Die Änderung gilt, sobald Sie den Link darin öffnen und bestätigen.
address-ask = E-Mail senden
address-then = Ihre jetzige Adresse erfährt davon und kann die Änderung 72 Stunden lang rückgängig machen.
confirm-first-title = Bestätigen Sie zuerst Ihre E-Mail-Adresse
confirm-first-lead = Die Zwei-Faktor-Authentifizierung braucht eine Adresse, die wirklich Ihnen gehört.
confirm-first-goes-to = Wir senden eine E-Mail mit einem Link an
confirm-first-then = Öffnen Sie den Link in der E-Mail. Kommen Sie dann hierher zurück.
confirm-first-done = Ich habe den Link geöffnet
done-confirmation-sent = Wir haben Ihnen eine E-Mail gesendet. Öffnen Sie den Link darin und bestätigen Sie dort Ihre Adresse.
done-address-asked = Wenn diese Adresse frei ist, ist eine E-Mail dorthin unterwegs. Die Änderung gilt, sobald Sie den Link darin öffnen und bestätigen.
done-address-dropped = Die Änderung ist verworfen. Ihre Adresse bleibt, wie sie ist.

## E-Mails

letter-foot = Gesendet von { $host } für { $organisation }.
letter-support = Brauchen Sie Hilfe? { $contact }
letter-greeting = Guten Tag { $person }
letter-bundled = Das geschah in der letzten Stunde { $n } Mal, zuletzt am { $time }.
letter-bundled-some-time = Das geschah in der letzten Stunde { $n } Mal.
letter-for = Wofür
letter-method = Methode
letter-email = E-Mail-Adresse
letter-email-new = Neue Adresse
letter-email-former = Bisherige Adresse
letter-email-withdrawn = Rückgängig gemachte Adresse
letter-when = Wann
letter-address = Von
letter-device = Mit
letter-paused-until = Ausgesetzt bis
letter-link-until = Das geht einmal, bis { $time }.
letter-link-life = Das geht einmal, höchstens { $life } lang.
letter-link-by-hand = Wenn die Schaltfläche nichts tut, kopieren Sie diese Adresse in Ihren Browser:
letter-confirm-button = Meine Adresse bestätigen
letter-new-password-button = Neues Passwort wählen
letter-not-you = Waren Sie das nicht?
letter-not-you-secure = Dann sichern Sie Ihr Konto. Alle Sitzungen enden, und nichts lässt sich ändern, bis Sie ein neues Passwort gewählt haben.
letter-not-you-by-hand = Dann melden Sie sich bei { $host } an, ändern Sie Ihr Passwort und beenden Sie die Sitzungen, die Sie nicht kennen.
letter-not-you-button = Das war ich nicht
letter-for-sign-in = Anmelden
letter-for-step-up = Bestätigen, dass Sie es sind, vor einer Änderung
letter-for-remove-authenticator = Entfernen eines Authenticators
letter-for-enable-email = Einschalten von Codes per E-Mail
letter-for-disable-email = Ausschalten von Codes per E-Mail
letter-for-new-recovery-key = Erzeugen eines neuen Wiederherstellungsschlüssels
letter-code-sign-in-title = Ihr Code zum Anmelden
letter-code-title = Ihr Code zur Bestätigung
letter-code-text = Tippen Sie diesen Code auf der Seite ein, die auf ihn wartet.
letter-code-reference = Diese E-Mail beantwortet die Anfrage { $reference }; auf der Seite stehen dieselben vier Zeichen.
letter-code-until = Der Code gilt einmal und { $life } lang, bis { $time }.
letter-code-life = Der Code gilt einmal und { $life } lang.
letter-code-guard = Tippen Sie ihn nur bei { $host } ein. Niemand von uns fragt je danach, weder am Telefon noch in einer E-Mail.
letter-code-not-you = Sie haben ihn nicht angefordert? Dann nennen Sie ihn niemandem und ändern Sie Ihr Passwort: Jemand anders kennt es vielleicht.
letter-password-reset-title = Wählen Sie ein neues Passwort
letter-password-reset-text = Jemand hat für Ihr Konto ein neues Passwort verlangt. Wenn Sie es waren, wählen Sie es jetzt. Ihr zweiter Schritt bleibt, wie er ist.
letter-password-reset-after = Wenn Sie es nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.
letter-sign-up-title = Schließen Sie das Anlegen Ihres Kontos ab
letter-sign-up-text = Bestätigen Sie, dass diese Adresse Ihre ist. Dann ist Ihr Konto bereit.
letter-sign-up-after = Wenn Sie kein Konto wollten, ignorieren Sie diese E-Mail: Es entsteht keines.
letter-sign-up-taken-title = Sie haben schon ein Konto
letter-sign-up-taken-text = Jemand wollte mit dieser Adresse ein Konto anlegen. Sie hat schon eines, und nichts wurde geändert.
letter-sign-up-taken-after = Wenn Sie es waren, melden Sie sich bei { $host } an. Dort können Sie auch ein neues Passwort verlangen.
letter-confirm-address-title = Bestätigen Sie Ihre E-Mail-Adresse
letter-confirm-address-text = Bestätigen Sie, dass diese Adresse Ihre ist. Von da an können Codes Sie hier erreichen.
letter-confirm-address-after = Wenn Sie dort kein Konto haben, ignorieren Sie diese E-Mail: Die Adresse bleibt unbestätigt.
letter-confirm-new-address-title = Bestätigen Sie Ihre neue Adresse
letter-confirm-new-address-text = Jemand möchte diese Adresse für ein Konto verwenden. Sobald Sie sie bestätigen, ersetzt sie die bisherige.
letter-confirm-new-address-after = Wenn Sie es nicht waren, ignorieren Sie diese E-Mail: Nichts ändert sich.
letter-address-change-asked-title = Eine neue E-Mail-Adresse wurde verlangt
letter-address-change-asked-text = Ihr Konto soll eine andere E-Mail-Adresse bekommen. Diese hier bleibt, bis die andere bestätigt ist.
letter-address-changed-title = Ihre E-Mail-Adresse wurde geändert
letter-address-changed-text = Ihr Konto hat jetzt eine andere E-Mail-Adresse.
letter-address-changed-button = Änderung rückgängig machen
letter-address-changed-after = Wenn Sie davon wissen, ist nichts zu tun. Wenn nicht, handeln Sie jetzt: Machen Sie die Änderung rückgängig oder bitten Sie um Hilfe.
letter-address-is-now-title = Das ist Ihre neue E-Mail-Adresse
letter-address-is-now-text = Von jetzt an verwendet Ihr Konto diese Adresse.
letter-address-change-undone-title = Die Adressänderung wurde rückgängig gemacht
letter-address-change-undone-text = Ihr Konto hat wieder seine frühere E-Mail-Adresse.
letter-address-change-undone-after = Wenn Sie die Änderung nicht verlangt hatten, kennt vielleicht jemand Ihr Passwort. Wählen Sie bei { $host } ein neues.
letter-method-added-title = Eine Anmeldemethode kam hinzu
letter-method-added-text = Ihr Konto hat einen Weg mehr, auf dem Sie bestätigen, dass Sie es sind.
letter-method-removed-title = Eine Anmeldemethode wurde entfernt
letter-method-removed-text = Ihr Konto hat einen Weg weniger, auf dem Sie bestätigen, dass Sie es sind.
letter-authenticator-renamed-title = Ein Authenticator wurde umbenannt
letter-authenticator-renamed-text = Eines Ihrer Geräte hat einen neuen Namen. Seine Codes bleiben gleich.
letter-recovery-key-made-title = Neuer Wiederherstellungsschlüssel erzeugt
letter-recovery-key-made-text = Er lässt Sie einmal hinein, wenn Sie alles andere verloren haben. Ein früherer Schlüssel gilt nicht mehr.
letter-recovery-key-used-title = Ihr Wiederherstellungsschlüssel wurde benutzt
letter-recovery-key-used-text = Jemand hat sich mit Ihrem Passwort und Ihrem Wiederherstellungsschlüssel angemeldet. Der Schlüssel gilt nicht mehr.
letter-password-changed-title = Ihr Passwort wurde geändert
letter-password-changed-text = Von jetzt an gilt nur das neue Passwort.
letter-password-was-reset-title = Ihr Passwort wurde neu gesetzt
letter-password-was-reset-text = Jemand hat über einen Einmal-Link ein neues Passwort gewählt. Ihr zweiter Schritt blieb, wie er war.
letter-new-browser-title = Anmeldung mit einem neuen Browser
letter-new-browser-text = Jemand hat sich mit einem Browser angemeldet, den wir bei Ihrem Konto noch nicht gesehen hatten.
letter-wrong-second-step-title = Richtiges Passwort, falscher zweiter Schritt
letter-wrong-second-step-text = Jemand hat sich mit Ihrem Passwort angemeldet, aber beim zweiten Schritt falsch geantwortet. Der Zugang wurde verweigert.
letter-entered-after-failures-title = Anmeldung nach Fehlversuchen
letter-entered-after-failures-text = Jemand hat sich nach mehreren falschen zweiten Schritten bei Ihrem Konto angemeldet.
letter-entered-under-suspension-title = Anmeldung bei ausgesetztem zweiten Schritt
letter-entered-under-suspension-text = Der Support hat Ihren zweiten Schritt ausgesetzt, und jemand hat sich in dieser Zeit angemeldet.
letter-account-secured-title = Ihr Konto ist gesichert
letter-account-secured-text = Jemand hat „Das war ich nicht“ gewählt. Alle Sitzungen sind beendet, und nichts lässt sich ändern, bis Sie ein neues Passwort gewählt haben.
letter-account-secured-after = Sie können auch auf der Anmeldeseite von { $host } ein neues Passwort verlangen.
letter-test-title = Test-E-Mail
letter-test-text = Das ist eine Test-E-Mail. Wer sie liest, weiß, dass dieser Server E-Mails versenden kann.

## Support desk: asking for help

request-lost-phone = Mein Telefon oder Gerät ist verloren, gestohlen oder kaputt
request-new-phone = Ich habe ein neues Telefon, und die Codes sind nicht darauf
request-no-codes = Die Codes kommen nicht oder werden nicht angenommen
request-other = Etwas anderes
request-lost-label = Was ist geschehen?
request-lost-missing = Wählen Sie, was am besten passt.
request-email-hint = Die, mit der Sie sich anmelden. Dorthin antwortet der Support.
request-message-label = In Ihren eigenen Worten (freiwillig)
request-message-hint = Was dem Support hilft, Sie zu verstehen. Keine Passwörter und keine Codes.
request-button = Support fragen
request-or-contact = Sie erreichen den Support auch hier:
request-then-queue = Ihre Anfrage kommt in die Warteschlange des Supports von { $organisation }. Wer am längsten wartet, kommt zuerst an die Reihe.
request-how-long = Es antworten Menschen, keine Maschinen: Es kann Stunden dauern oder bis zum nächsten Werktag. Sie brauchen diese Seite nicht offen zu lassen.
request-too-many = Der Support hat schon mehrere solche Anfragen. Diese warten weiter; eine neue ist nicht nötig.
request-too-many-until = Der Support hat schon mehrere solche Anfragen. Diese warten weiter. Ab { $time } können Sie wieder schreiben.
request-done-title = Der Support hat Ihre Anfrage
request-done-text = Sie wartet in der Warteschlange des Supports von { $organisation }.
request-done-mail = Die Antwort kommt per E-Mail. Wenn die Adresse zu einem Konto gehört und bestätigt ist, sagt Ihnen schon jetzt eine E-Mail, dass die Anfrage angekommen ist.
request-done-no-mail = Der Support meldet sich bei Ihnen.
prose-fault-empty = Schreiben Sie ein paar Worte.
prose-fault-too-long = Das ist zu lang: höchstens { $most } Zeichen.
letter-request-received-title = Ihre Anfrage an den Support
letter-request-received-text = Der Support von { $organisation } hat Ihre Anfrage zu Ihrem zweiten Schritt. Jemand wird sie lesen und Ihnen per E-Mail antworten; es kann Stunden dauern oder bis zum nächsten Werktag.
letter-request-received-after = Der Support fragt nie nach Ihrem Passwort oder nach einem Code. Wenn Sie nicht um Hilfe gebeten haben, brauchen Sie nichts zu tun: Die Anfrage allein lässt niemanden hinein, und der Support prüft, wer fragt.
letter-desk-answer-title = Der Support hat geantwortet
letter-desk-answer-text = Der Support von { $organisation } schreibt Ihnen zu Ihrer Anfrage.
letter-desk-answer-after = Der Support fragt nie nach Ihrem Passwort oder nach einem Code. Senden Sie beides niemandem.
letter-limit-cleared-title = Der Support hat Ihre Fehlversuche gelöscht
letter-limit-cleared-text = Nach zu vielen Fehlversuchen musste die Anmeldung warten. Der Support hat diese Versuche gelöscht, damit sie sofort wieder geht.
letter-signed-out-by-desk-title = Der Support hat Sie überall abgemeldet
letter-signed-out-by-desk-text = Alle Sitzungen Ihres Kontos sind beendet. Sie können sich wie immer neu anmelden.
event-support-request-made = Support um Hilfe beim zweiten Schritt gebeten
event-support-request-taken = Support bearbeitet die Anfrage
event-support-request-noted = Support hat etwas zur Anfrage notiert
event-support-request-answered = Support hat die Anfrage beantwortet
event-support-request-closed = Support hat die Anfrage geschlossen
event-support-request-reopened = Support hat die Anfrage wieder geöffnet
event-desk-looked = Support hat das Konto angesehen
event-desk-address-shown = Support hat sich die E-Mail-Adresse zeigen lassen
event-limit-cleared = Support hat Fehlversuche gelöscht

## Import

event-accounts-imported = Konten übernommen
event-authenticator-imported = Authenticator übernommen
import-line-too-long = Die Zeile ist länger, als eine solche Zeile sein kann. Ein Anführungszeichen, das nie geschlossen wird, verbindet Zeilen.
import-not-text = Das ist kein UTF-8-Text. Speichern Sie die Datei als UTF-8.
import-not-json = Das ist kein JSON-Objekt. Jede Zeile braucht eines, von Klammer zu Klammer.
import-field-count = Die Zeile hat eine andere Zahl von Feldern als die erste Zeile.
import-unknown-field = Das Feld „{ $name }“ ist nicht bekannt. Lassen Sie es weg, oder sehen Sie in countersign import --help nach.
import-twice-given = Das Feld „{ $name }“ steht hier zweimal.
import-wrong-kind = Ein Feld hat einen Wert anderer Art als Text oder als true und false.
import-missing = Dieses Feld fehlt oder ist leer.
import-bad-text = Das ist länger als { $most } Zeichen oder enthält Zeichen, die man nicht sieht.
import-role = Das ist keine Rolle: member, support oder administrator.
import-language = Das ist keine Sprache, die hier gesprochen wird: en oder de.
import-flag = Schreiben Sie true oder false.
import-time = Schreiben Sie eine vergangene Zeit wie 2024-05-31T12:00:00Z oder einen Tag wie 2024-05-31.
import-hash-unknown-kind = Diese Art von Passwort-Hash ist nicht bekannt. Lassen Sie ihn weg, und lassen Sie das Passwort zurücksetzen.
import-hash-broken = Der Passwort-Hash ist unvollständig oder kaputt. Lassen Sie ihn weg, und lassen Sie das Passwort zurücksetzen.
import-hash-too-costly = Diesen Passwort-Hash zu prüfen, dauert zu lange oder braucht zu viel Speicher. Lassen Sie ihn weg, und lassen Sie das Passwort zurücksetzen.
import-hash-too-weak = Dieser Passwort-Hash ist zu schwach, um etwas zu schützen. Lassen Sie ihn weg, und lassen Sie das Passwort zurücksetzen.
import-email-taken = Es gibt schon ein Konto mit dieser Adresse, oder eines hatte sie bis vor kurzem.
import-email-twice = Diese Adresse steht schon weiter oben in der Datei.
import-no-organisation = Es gibt keine Organisation mit diesem Kurznamen.
import-not-otpauth = Die Zeile beginnt nicht mit otpauth:// oder otpauth-migration://.
import-not-timed = Nur Codes, die mit der Zeit wechseln (TOTP), können übernommen werden.
import-algorithm = Nur Schlüssel für SHA-1 können übernommen werden.
import-digits = Nur Schlüssel für sechsstellige Codes können übernommen werden.
import-period = Nur Schlüssel, deren Codes alle 30 Sekunden wechseln, können übernommen werden.
import-not-base32 = Das ist kein Schlüssel in Base32.
import-key-too-short = Der Schlüssel hat { $bits } Bit. Mindestens 128 sind nötig (RFC 4226), 160 sind besser. Lassen Sie einen neuen einrichten.
import-key-too-long = Der Schlüssel hat { $bits } Bit. Höchstens 512 können übernommen werden.
import-issuers-differ = Bezeichnung und Aussteller nennen zwei verschiedene Aussteller.
import-other-issuer = Der Schlüssel ist von einem anderen Aussteller als dem gewünschten.
import-not-migration = Das ist kein Export von Google Authenticator.
import-too-many-keys = Darin stehen mehr als { $most } Schlüssel.
import-not-export = Das ist kein unverschlüsselter Export dieser App. Ab Zeile { $line } ergibt er keinen Sinn.
import-encrypted = Der Export ist verschlüsselt. Exportieren Sie noch einmal ohne Verschlüsselung, importieren Sie, und vernichten Sie die Datei.
import-no-account = Diese Organisation hat kein Konto mit dieser Adresse.
import-not-allowed = Die Sicherheitsrichtlinie der Organisation sieht für dieses Konto keine Authenticatoren vor.
import-too-many-devices = Das Konto hat schon { $most } Authenticatoren, so viele, wie die Sicherheitsrichtlinie erlaubt.
import-key-known = Das Konto hat diesen Schlüssel schon.
import-elsewhere = Diese Datei wird gleichzeitig anderswo übernommen. Warten Sie, bis das fertig ist, und starten Sie noch einmal.

## Was der Support vorliest, und was Mitarbeitende dürfen

support-code-empty = Geben Sie den Code ein, den der Support Ihnen vorliest.
support-code-character = Dieser Code besteht nur aus Buchstaben und Ziffern, ohne I, L, O und U. Sehen Sie noch einmal nach.
support-code-length = Der Code hat 8 Zeichen in zwei Vierergruppen. Prüfen Sie Ihre Eingabe.
action-view-desk = Den Support sehen
action-view-account = Ein Konto ansehen
action-reveal-address = Eine Adresse ganz sehen
action-answer-request = Hilfeanfragen beantworten
action-end-sessions = Alle Sitzungen eines Kontos beenden
action-unlock-limit = Ein Limit aufheben
action-resend-verification = Die Bestätigung einer Adresse erneut senden
action-start-suspension = Einen zweiten Schritt aussetzen
action-approve-suspension = Einer Aussetzung bei Mitarbeitenden zustimmen
action-issue-support-code = Einen Support-Code ausstellen
action-lift-suspension = Eine Aussetzung vorzeitig beenden
action-remove-lost-factor = Einen verlorenen Faktor entfernen
action-view-members = Die Mitglieder sehen
action-invite-members = Personen einladen
action-invite-staff = Jemanden ins Team einladen
action-change-role = Eine Rolle ändern
action-disable-account = Ein Konto sperren und entsperren
action-delete-account = Ein Konto löschen
action-export-account = Die Daten eines Kontos exportieren
action-view-policy = Die Sicherheitsrichtlinie sehen
action-change-policy = Die Sicherheitsrichtlinie ändern
action-view-sso = Die Anbieter für Single Sign-on sehen
action-manage-sso = Die Anbieter für Single Sign-on verwalten
action-edit-organisation = Name und Aussehen der Organisation ändern
action-view-couriers = Sehen, wie E-Mails zugestellt werden
action-test-courier = Eine Test-E-Mail senden
action-view-audit = Das Prüfprotokoll lesen
action-export-audit = Das Prüfprotokoll exportieren
action-view-adoption = Sehen, wer einen zweiten Schritt hat
action-manage-organisations = Organisationen anlegen und umbenennen
action-import = Konten und Schlüssel einlesen
action-manage-keys = Hauptschlüssel verwalten
staff-not-yours = Ihre Rolle lässt das nicht zu. Das Prüfprotokoll hält fest, dass danach gefragt wurde.

## Administration

admin-title = Administration
admin-lead = Wer zu { $organisation } gehört, wie sich alle anmelden und was geschehen ist.
admin-members = Mitglieder
admin-invitations = Einladungen
admin-policy = Richtlinie
admin-policy-note = Welche zweiten Schritte es gibt und wer einen haben muss.
admin-sso = Single Sign-on
admin-adoption = Verbreitung
admin-adoption-note = Wie viele einen zweiten Schritt haben, Tag für Tag.
admin-audit = Prüfprotokoll
admin-couriers = Zustellung
admin-organisation = Organisation
admin-desk = Support
admin-next = Was Sie tun können
admin-invite = Personen einladen
admin-invite-note = Eine Adresse oder eine ganze Liste.
admin-mail-down = Zurzeit gehen keine E-Mails hinaus. Sehen Sie unter „Zustellung“ nach.
admin-role-member = Mitglied
admin-role-support = Support
admin-role-administrator = Administration
figure-members = Mitglieder
figure-unprotected = Ohne zweiten Schritt
figure-staff = Mitarbeitende
figure-disabled = Gesperrt
figure-invitations = Offene Einladungen
figure-waiting = Warten auf Versand
figure-oldest = Älteste:
figure-sent = Gesendet in 24 Stunden
figure-failed = Aufgegeben in 24 Stunden
filter-apply = Anzeigen
filter-clear = Filter löschen
filter-any-role = Jede Rolle
filter-any-state = Jeder Zustand
filter-any-second-step = Mit oder ohne
filter-any-time = Egal wann
filter-any-event = Alles
pages-first = Erste Seite
pages-next = Nächste Seite
members-lead = { $n ->
    [one] 1 Konto
   *[other] { $n } Konten
}
members-search = Name oder Adresse
members-role = Rolle
members-state = Zustand
members-second-step = Zweiter Schritt
members-protected = Hat einen zweiten Schritt
members-quiet = Keine Anmeldung
members-quiet-days = { $n ->
    [one] seit 1 Tag
   *[other] seit { $n } Tagen
}
members-who = Wer
members-last-sign-in = Letzte Anmeldung
members-empty-title = Niemand passt dazu
members-empty-text = Löschen Sie die Filter oder suchen Sie einen anderen Namen.
member-active = Aktiv
member-disabled = Gesperrt
member-never = Nie
member-password-alone = Nur Passwort
member-address = E-Mail-Adresse
member-since = Mitglied seit
member-suspended = ausgesetzt bis { $time }
member-devices = Geräte
member-no-sessions = Nirgends angemeldet.
member-not-yours = Ihr eigenes Konto und andere Konten der Administration können Sie hier nicht ändern. Der Betreiber des Servers kann es.
member-do = Was Sie tun können
member-role-title = Rolle
member-role-note = Alle Sitzungen dieses Kontos enden. Support und Administration brauchen einen starken zweiten Schritt und werden bei der nächsten Anmeldung gebeten, einen einzurichten.
member-role-save = Rolle ändern
member-role-same = Das Konto hat diese Rolle schon.
member-last-administrator = Das ist das letzte Konto der Administration. Geben Sie zuerst jemand anderem diese Rolle.
member-end-title = Alle Sitzungen beenden
member-end-note = Danach ist eine neue Anmeldung mit zweitem Schritt nötig.
member-end = Sitzungen beenden
member-export-title = Daten
member-export-note = Alles, was zu diesem Konto gespeichert ist, ohne Geheimnisse, in einer Datei.
member-export = Daten exportieren
member-disable-title = Sperren
member-disable-note = Niemand kann sich anmelden, alle Sitzungen und API-Token enden. Gelöscht wird nichts.
member-disable = Konto sperren
member-enable-title = Entsperren
member-enable-note = Das Konto kann sich wieder anmelden, mit demselben Passwort und zweiten Schritt.
member-enable = Konto entsperren
member-delete-title = Konto löschen
member-delete-note = Entfernt das Konto und alles, was dazugehört. Das lässt sich nicht rückgängig machen.
member-delete = Löschen …
member-delete-head = { $name } löschen?
member-delete-lead = Das Konto, seine Geräte und seine Sitzungen werden endgültig entfernt. Das Prüfprotokoll bleibt.
member-delete-export-first = Exportieren Sie zuerst die Daten, falls sie noch jemand braucht.
member-delete-confirm = Zur Bestätigung { $email } eingeben
member-delete-confirm-wrong = Das ist eine andere Adresse. Geben Sie die des Kontos ein.
member-delete-now = Endgültig löschen
member-log = Was mit diesem Konto geschehen ist
invitations-lead = Wer eingeladen ist, wählt Namen und Passwort. Eine Einladung gilt einmal, drei Tage lang.
invitation-email = E-Mail-Adresse
invitation-send = Einladung senden
invitation-hand-over = Es ist kein E-Mail-Versand eingerichtet. Geben Sie diesen Link { $email } und sonst niemandem; er gilt einmal, bis { $time }.
invitation-made = Gesendet
invitation-until = gültig bis { $time }
invitation-resend = Erneut senden
invitation-withdraw = Zurückziehen
invitations-waiting = Offen
invitations-empty-title = Niemand wartet
invitations-empty-text = Hier stehen Einladungen, die noch nicht angenommen sind.
roster-title = Eine Liste einladen
roster-label = Adressen, eine je Zeile
roster-hint = Eine zweite Spalte darf die Rolle enthalten: member, support oder administrator. Höchstens { $most } Zeilen; gesendet wird erst, wenn Sie gesehen haben, was jede Zeile bewirkt.
roster-file = Oder aus einer Datei:
roster-check = Liste prüfen
roster-empty = In der Liste steht niemand. Schreiben Sie eine Adresse je Zeile.
roster-too-long = Die Liste ist länger als ein Megabyte. Teilen Sie sie in zwei auf.
roster-too-many = Die Liste hat mehr als { $most } Zeilen. Teilen Sie sie in zwei auf.
roster-quote = Das Anführungszeichen aus Zeile { $line } wird nie geschlossen.
roster-no-addresses = Keine Spalte enthält Adressen. Nennen Sie eine „email“ oder schreiben Sie die Adressen zuerst.
roster-twice = Dieselbe Adresse steht in Zeile { $line }.
roster-too-many-cells = Es sind mehr als zwei Spalten. Schreiben Sie Adresse und Rolle, oder benennen Sie die Spalten in der ersten Zeile.
roster-role = Diese Rolle gibt es nicht. Schreiben Sie member, support oder administrator.
plan-title = Was die Liste bewirkt
plan-lead = { $n ->
    [0] Niemand würde eingeladen.
    [one] 1 Person würde eingeladen. Gesendet ist noch nichts.
   *[other] { $n } Personen würden eingeladen. Gesendet ist noch nichts.
}
plan-left-out = Nichts zu tun: { $idle }. Nicht brauchbar: { $bad }.
plan-changed = Seit der Prüfung hat sich etwas geändert. Es wurde nichts gesendet; sehen Sie noch einmal hin.
plan-send = { $n ->
    [one] 1 Einladung senden
   *[other] { $n } Einladungen senden
}
plan-line = Zeile
plan-written = Adresse
plan-outcome = Ergebnis
plan-good = Einladen
plan-idle = Lassen
plan-bad = Korrigieren
plan-invite = Bekommt eine E-Mail, Rolle: { $role }.
plan-invited = Hat eine Einladung, die noch gilt.
plan-taken = Hat schon ein Konto.
audit-lead = Alles, was getan oder abgelehnt wurde, das Neueste zuerst. Hier lässt sich nichts ändern.
audit-event = Was
audit-account = Betrifft (E-Mail-Adresse)
audit-by = Von (E-Mail-Adresse)
audit-from = Ab Tag (UTC)
audit-to = Bis Tag (UTC)
audit-export-csv = Als CSV exportieren
audit-export-json = Als JSON exportieren
audit-verify = Kette prüfen
audit-when = Wann
audit-what = Was
audit-whom = Wen
audit-done-by = von
audit-by-command-line = dem Betreiber
audit-by-system = diesem Server selbst
audit-by-stranger = jemandem, der nicht angemeldet war
audit-refused = abgelehnt
audit-empty-title = Nichts dergleichen
audit-empty-text = Löschen Sie die Filter oder wählen Sie eine andere Zeit.
audit-no-day = Schreiben Sie den Tag als 2026-01-31.
audit-nobody = In dieser Organisation hat niemand diese Adresse.
audit-whole = Das Prüfprotokoll ist unversehrt: { $rows } Zeilen unter { $seals } Siegeln.
audit-broken = Das Prüfprotokoll passt nicht zu seinem Siegel Nummer { $seal }. Jemand hat es verändert: Rufen Sie den Betreiber des Servers an, und lassen Sie die Datenbank, wie sie ist.
audit-unsealed = { $n ->
    [one] 1 Zeile, älter als eine Minute, ist noch nicht versiegelt. Bleibt es dabei, sagen Sie es dem Betreiber des Servers.
   *[other] { $n } Zeilen, älter als eine Minute, sind noch nicht versiegelt. Bleibt es dabei, sagen Sie es dem Betreiber des Servers.
}
couriers-lead = Wie E-Mails, Telegram-Nachrichten, Anrufe und SMS hinausgehen. Die Zahlen sind die der E-Mail.
courier-mail = E-Mail
courier-off = nicht eingerichtet
courier-not-set-up = Es ist kein E-Mail-Versand eingerichtet, also kann nichts gesendet werden. Der Betreiber des Servers kann ihn einrichten.
courier-down = gestört
courier-unused = noch nicht benutzt
courier-works = in Ordnung
courier-worked = Zuletzt gesendet
courier-failed = Zuletzt gescheitert
courier-test = Test an mich senden
courier-test-note = Ein Test geht an Ihre eigene Adresse. Er kommt innerhalb einer Minute an, oder hier steht, woran es liegt.
organisation-lead = Was alle auf der Anmeldeseite, in ihrem Konto und in E-Mails sehen.
organisation-name = Name
organisation-slug-label = Kurzname
organisation-slug = Nehmen Sie 1 bis 40 Kleinbuchstaben, Ziffern und Bindestriche.
organisation-slug-taken = Eine andere Organisation hat diesen Kurznamen.
organisation-accent = Farbe
organisation-accent-hint = Zum Beispiel #17635c, oder leer für unsere. Weiße Schrift muss darauf lesbar sein; für dunkle Bildschirme entsteht daraus ein hellerer Ton.
organisation-save = Speichern
accent-not-a-colour = Schreiben Sie die Farbe als # und sechs Ziffern, etwa #17635c.
accent-too-bright = Mit dieser Farbe wäre Schrift nicht lesbar. Die nächste, mit der sie es ist: { $nearest }.
adoption-lead = Aktive Konten nach zweitem Schritt. Ein Konto kann mehrere haben.
adoption-span = Zeitraum
adoption-chart = Anteil der aktiven Konten nach zweitem Schritt, Tag für Tag
adoption-from-to = von { $from } % auf { $to } %
adoption-figure = { $n } ({ $share } %)
adoption-table = Dasselbe als Tabelle
adoption-day = Tag
adoption-all = Aktive Konten
adoption-empty-title = Noch keine Zahlen
adoption-empty-text = Sie werden stündlich erhoben. Sehen Sie etwas später wieder nach.
done-role-changed = Die Rolle ist geändert. Alle Sitzungen des Kontos sind beendet, und die Person weiß Bescheid.
done-member-disabled = Das Konto ist gesperrt; seine Sitzungen und API-Token sind beendet.
done-member-enabled = Das Konto kann sich wieder anmelden.
done-member-sessions-ended = Alle Sitzungen des Kontos sind beendet.
done-member-deleted = Das Konto ist gelöscht.
done-invited = Die Einladung ist unterwegs.
done-list-invited = Die Einladungen sind unterwegs.
done-invitation-withdrawn = Die Einladung gilt nicht mehr.
done-courier-tested = Der Test ist an Ihre Adresse unterwegs.
done-organisation-saved = Gespeichert. Alle sehen es mit der nächsten Seite.
scope-members-read = Die Mitglieder der Organisation lesen (nur Administration)
scope-audit-read = Das Prüfprotokoll der Organisation lesen (nur Administration)
event-member-invited = Per E-Mail eingeladen
event-invitation-withdrawn = Einladung zurückgezogen
event-account-role-changed = Rolle geändert
event-account-deleted = Konto gelöscht
event-account-exported = Daten des Kontos exportiert
event-organisation-added = Organisation hinzugefügt
event-organisation-changed = Name oder Aussehen der Organisation geändert
event-audit-exported = Prüfprotokoll exportiert
event-members-exported = Mitgliederliste exportiert
event-audit-verified = Kette des Prüfprotokolls geprüft
event-courier-tested = Test-E-Mail gesendet
letter-role = Rolle
letter-invitation-title = Sie sind eingeladen
letter-invitation-text = { $organisation } lädt Sie zu einem Konto ein. Wählen Sie Namen und Passwort, um es anzunehmen.
letter-invitation-button = Einladung annehmen
letter-invitation-after = Wenn Sie keine Einladung erwarten, ignorieren Sie diese E-Mail; ohne Sie entsteht kein Konto.
letter-role-changed-title = Ihre Rolle wurde geändert
letter-role-changed-text = Die Administration hat Ihrem Konto eine andere Rolle gegeben. Alle Sitzungen sind beendet; melden Sie sich neu an. Support und Administration brauchen einen starken zweiten Schritt und werden gebeten, einen einzurichten.
letter-account-disabled-title = Ihr Konto wurde gesperrt
letter-account-disabled-text = Ihr Konto ist von jetzt an gesperrt: Alle Sitzungen sind beendet, und niemand kann sich damit anmelden.
letter-account-disabled-after = Ihre Administration sagt Ihnen, warum, und kann es wieder öffnen.
letter-account-enabled-title = Ihr Konto wurde entsperrt
letter-account-enabled-text = Sie können sich anmelden wie zuvor, mit demselben Passwort und zweiten Schritt.
letter-account-deleted-title = Ihr Konto wurde gelöscht
letter-account-deleted-text = Die Administration hat Ihr Konto mit allem gelöscht, was dazugehörte.
letter-account-deleted-after = Wenn Sie das für ein Versehen halten, fragen Sie Ihre Administration. Rückgängig machen lässt es sich nicht.

## Aussetzungen durch Mitarbeitende

suspension-kind-support-code = Passwort und Support-Code
suspension-kind-support-code-about = Jede Anmeldung braucht das Passwort und einen Einmalcode, den Sie ausstellen und vorlesen.
suspension-kind-password-alone = Passwort allein
suspension-kind-password-alone-about = Bis zum Ende genügt das Passwort. Nur wählen, wenn sich kein Code vorlesen lässt.
suspension-kind-missing = Wählen Sie, womit man sich solange anmeldet.
suspension-ticket = Nennen Sie den Vorgang mit höchstens 80 Zeichen.
suspension-proof = Halten Sie mit höchstens 200 Zeichen fest, woran Sie die Person erkannt haben.
suspension-changed-meanwhile = Das Konto hat sich inzwischen geändert. Sehen Sie es noch einmal an.
suspension-none-runs = Hier läuft keine Aussetzung, mit der das möglich wäre.
suspension-own-request = Sie haben das selbst beantragt. Jemand anderes aus der Administration muss entscheiden.
suspension-decided = Darüber ist schon entschieden, oder die Stunde ist um. Beantragen Sie es neu, falls es noch nötig ist.
suspension-banner = Der Support hat Ihren zweiten Schritt bis { $time } ausgesetzt.
suspension-set-up = Neues Gerät einrichten
suspension-by-operator = Der Betreiber
suspension-state-running = Läuft
suspension-state-waiting = Wartet auf eine zweite Person
suspension-state-refused = Nicht genehmigt
suspension-state-over = Vorbei
suspend-title = Zweiten Schritt aussetzen
suspend-lead = Für jemanden, der Telefon oder Postfach verloren hat. Vergewissern Sie sich zuerst, dass Sie mit der richtigen Person sprechen.
suspend-needs-approval = Das ist ein Mitarbeiterkonto. Jemand anderes aus der Administration muss innerhalb einer Stunde zustimmen.
suspend-replaces = Es läuft schon eine Aussetzung. Diese tritt an ihre Stelle.
suspend-hours-label = Für wie viele Stunden
suspend-hours-hint = { $n ->
    [one] Höchstens eine Stunde.
   *[other] Höchstens { $n } Stunden. Sie endet von selbst.
}
suspend-reason-hint = Er steht im Prüfprotokoll.
suspend-ticket-hint = Nummer oder Name, unter dem Sie ihn wiederfinden.
suspend-proof-hint = Zum Beispiel: auf der Nummer aus dem Vertrag zurückgerufen.
suspend-what-happens = Alle Sitzungen des Kontos enden. Die Person wird per E-Mail benachrichtigt und kann das dort beenden. Geräte bleiben eingerichtet und fragen danach wieder.
suspend-button = Aussetzen
suspend-ask-button = Zustimmung erbitten
suspension-title = Aussetzung
suspension-back = Das Konto
suspension-present = Jetzt
suspension-none = Der zweite Schritt dieses Kontos wird wie gewohnt verlangt.
suspension-past = Früher
suspension-kind-label = Womit man sich solange anmeldet
suspension-until-label = Bis
suspension-reason-label = Grund
suspension-ticket-label = Vorgang
suspension-proof-label = Woran die Person erkannt wurde
suspension-by-label = Beantragt von
suspension-asked-label = Beantragt
suspension-lift = Jetzt beenden
suspension-code-make = Support-Code ausstellen
suspension-code-new = Neuen Code ausstellen
suspension-code-out = Ein Code ist ausgegeben. Er gilt bis { $time }.
suspension-code-hint = Ein neuer Code macht den vorigen ungültig.
support-code-title = Lesen Sie diesen Code vor
support-code-lead = Zusammen mit dem Passwort gilt er für eine Anmeldung.
support-code-until = Er gilt noch { $time }, bis { $clock }.
support-code-once = Er wird nur dieses eine Mal gezeigt. Lesen Sie ihn nur der Person selbst vor, und schreiben Sie ihn nirgends auf.
support-code-done = Fertig
support-code-hint = Acht Buchstaben und Ziffern, in zwei Vierergruppen.
support-code-wrong = { $n ->
    [one] Das ist nicht der Code. Sie haben noch einen Versuch.
   *[other] Das ist nicht der Code. Sie haben noch { $n } Versuche.
}
support-code-late = Dieser Code ist abgelaufen oder verbraucht. Bitten Sie den Support um einen neuen.
second-step-support-title = Geben Sie den Code vom Support ein
second-step-support-lead = Der Support hat Ihren zweiten Schritt ausgesetzt und liest Ihnen einen Code vor. Er tritt an die Stelle Ihres Geräts.
suspensions-title = Wartet auf eine zweite Person
suspensions-lead = Mitarbeiterkonten werden nur ausgesetzt, wenn zwei aus der Administration zustimmen.
suspensions-back = Support
suspensions-empty = Nichts wartet
suspensions-empty-text = Wird die Aussetzung eines Mitarbeiterkontos beantragt, steht sie hier eine Stunde lang.
suspensions-row = { $name } bittet darum. Entscheiden Sie vor { $time }.
suspensions-decide = Entscheiden
suspensions-not-you = Jemand anderes entscheidet
decide-title = Einer Aussetzung zustimmen?
decide-lead = Stimmen Sie zu, läuft sie { $length }. Alle Sitzungen des Kontos enden, und die Person wird benachrichtigt.
decide-until-label = Zu entscheiden vor
decide-reason-label = Warum Sie so entscheiden
decide-reason-hint = Es steht im Prüfprotokoll.
decide-approve = Zustimmen
decide-refuse = Ablehnen
done-suspension-started = Der zweite Schritt ist ausgesetzt. Die Person wird benachrichtigt.
done-suspension-asked = Jemand anderes aus der Administration muss zustimmen, spätestens in einer Stunde.
done-suspension-lifted = Die Aussetzung ist beendet. Der zweite Schritt wird wieder verlangt.
done-suspension-over = Hier läuft keine Aussetzung mehr.
done-suspension-approved = Sie haben zugestimmt. Die Aussetzung läuft.
done-suspension-refused = Sie haben abgelehnt. Es wurde nichts ausgesetzt.
done-suspension-decided = Darüber ist schon entschieden, oder die Stunde ist um.
link-stop-title = Aussetzung Ihres zweiten Schritts beenden
link-stop-lead = Ihr zweiter Schritt wird sofort wieder verlangt, und alle, die in Ihrem Konto angemeldet sind, werden abgemeldet. Der Support erfährt davon.
link-stop-button = Jetzt beenden
link-stopped-title = Die Aussetzung ist beendet
link-stopped-text = Ihr zweiter Schritt wird wieder verlangt, und niemand ist mehr angemeldet. Haben Sie nicht um die Aussetzung gebeten, wählen Sie auch ein neues Passwort.
letter-suspension = Womit man sich solange anmeldet
letter-suspension-account = Konto
letter-suspension-started-title = Ihr zweiter Schritt ist ausgesetzt
letter-suspension-started-text = Der Support hat den zweiten Schritt Ihres Kontos für eine Weile ausgesetzt. Ihre Geräte bleiben eingerichtet und fragen danach wieder.
letter-suspension-started-button = Das beenden
letter-suspension-started-after = Haben Sie den Support darum gebeten, ist nichts zu tun. Wenn nicht, beenden Sie es jetzt: Vielleicht versucht jemand anderes hineinzukommen.
letter-suspension-ended-title = Ihr zweiter Schritt wird wieder verlangt
letter-suspension-ended-text = Die Aussetzung Ihres zweiten Schritts ist vorbei. Ab jetzt braucht die Anmeldung wieder Ihr Gerät.
letter-suspension-stopped-title = Eine Aussetzung wurde gestoppt
letter-suspension-stopped-text = Sie haben den zweiten Schritt eines Kontos ausgesetzt. Die Inhaberin oder der Inhaber hat das mit dem Link aus der E-Mail darüber beendet.
letter-suspension-stopped-after = Vielleicht hat jemand anderes in fremdem Namen mit Ihnen gesprochen. Sehen Sie die Ereignisse des Kontos an, und melden Sie sich bei der Person.
event-suspension-requested = Aussetzung des zweiten Schritts beantragt
event-suspension-approved = Aussetzung des zweiten Schritts genehmigt
event-suspension-refused = Aussetzung des zweiten Schritts abgelehnt
event-suspension-ended = Aussetzung des zweiten Schritts von selbst beendet
event-suspension-stopped = Aussetzung des zweiten Schritts durch den Inhaber gestoppt
event-support-code-made = Support-Code ausgestellt

## Einrichten des zweiten Schritts nach der Anmeldung

event-enrolment-put-off = Das Einrichten eines zweiten Schritts wurde aufgeschoben
enrolment-nothing-to-put-off = Es gibt nichts aufzuschieben: Ihr Konto ist eingerichtet.
enrolment-title = Schützen Sie Ihr Konto
enrolment-new-title = Neues Gerät einrichten
enrolment-lead-offered = Mit einem zweiten Schritt kommt niemand mit Ihrem Passwort allein hinein. Es dauert etwa eine Minute.
enrolment-lead-grace = { $organisation } verlangt bei der Anmeldung einen zweiten Schritt. Sie haben Zeit bis zum { $date }; es dauert etwa eine Minute.
enrolment-lead-suspended = Der Support hat Sie für kurze Zeit ohne Ihren zweiten Schritt eingelassen. Richten Sie jetzt ein neues Gerät ein, damit Sie das nächste Mal selbst hineinkommen.
enrolment-lead-recovered = Sie haben sich mit Ihrem Wiederherstellungsschlüssel angemeldet. Richten Sie jetzt ein neues Gerät ein, an Stelle dessen, was Sie verloren haben.
enrolment-step-choose = Methode wählen
enrolment-step-set-up = Einrichten
enrolment-step-key = Wiederherstellungsschlüssel sichern
enrolment-step-done = Fertig
enrolment-choose = Wie möchten Sie Ihre Anmeldungen bestätigen?
enrolment-choose-one = Wählen Sie eine der Methoden.
enrolment-with-authenticator = Mit Authenticator-App aktivieren
enrolment-with-email = Mit Codes per E-Mail aktivieren
enrolment-key-follows = Am Ende erhalten Sie einen Wiederherstellungsschlüssel für den Tag, an dem nichts anderes geht. Halten Sie etwas zum Schreiben oder einen Drucker bereit.
enrolment-until = Sie haben Zeit bis zum { $date }. Bei Ihrer nächsten Anmeldung fragen wir wieder.
enrolment-again-later = Wir fragen in 30 Tagen wieder. In Ihren Sicherheitseinstellungen finden Sie es jederzeit.
enrolment-sign-in-again = Es ist mehr als zehn Minuten her, dass Sie Ihren Wiederherstellungsschlüssel benutzt haben. Melden Sie sich ab und mit dem neuen Schlüssel, den Sie eben gesichert haben, wieder an; richten Sie dann gleich das Gerät ein.
enrolment-remove-first = Ihr Konto hat so viele Geräte, wie es haben darf. Entfernen Sie das verlorene; richten Sie dann das neue ein.
enrolment-ask-support = Ihr Konto hat so viele Geräte, wie es haben darf. Bitten Sie den Support, das verlorene zu entfernen; richten Sie dann hier das neue ein.
enrolment-help = Hier kommen Sie nicht allein weiter.
enrolment-help-link = Hilfe holen
enrolment-done-title = Die Zwei-Faktor-Authentifizierung ist aktiv
enrolment-done-lead = Ihr Konto ist jetzt geschützt durch { $ways }.
enrolment-done-asks-mail = Bei der Anmeldung senden wir einen Code an Ihre E-Mail-Adresse.
enrolment-done-key = Ihr Wiederherstellungsschlüssel ist gesichert. Hüten Sie ihn wie ein Passwort.
letter-enrolment-reminder-title = Zum Anmelden wird ein zweiter Schritt nötig
letter-enrolment-reminder-text = Ab { $time } verlangt { $organisation } von allen mit einem Konto wie Ihrem bei der Anmeldung einen zweiten Schritt. Ihres hat noch keinen, der ausreicht. Melden Sie sich vorher unter { $host } an und richten Sie ihn ein; es dauert etwa eine Minute.
letter-enrolment-reminder-text-some-time = { $organisation } verlangt bald von allen mit einem Konto wie Ihrem bei der Anmeldung einen zweiten Schritt. Ihres hat noch keinen, der ausreicht. Melden Sie sich vorher unter { $host } an und richten Sie ihn ein; es dauert etwa eine Minute.
letter-enrolment-reminder-after = Wenn Sie nichts tun, werden Sie bei Ihrer ersten Anmeldung nach diesem Tag gebeten, ihn einzurichten, bevor Sie etwas anderes erreichen.
letter-api-token-ending-title = Ein API-Token endet bald
letter-api-token-ending-text = Das API-Token „{ $name }“ Ihres Kontos endet am { $time }. Programme, die es benutzen, kommen danach nicht mehr hinein.
letter-api-token-ending-text-some-time = Ein API-Token Ihres Kontos endet bald. Programme, die es benutzen, kommen danach nicht mehr hinein.
letter-api-token-ending-after = Wird es noch gebraucht, melden Sie sich an, erstellen Sie ein neues Token und geben Sie es dem Programm. Wenn nicht, ist nichts zu tun.

## Support desk: the desk itself

desk-search-short = Geben Sie mindestens zwei Zeichen ein.
desk-search-long = Das ist zu lang für eine Adresse, einen Namen oder eine Kennung.
desk-request-changed = Jemand war schneller: Die Anfrage ist jetzt in einem anderen Zustand. Sehen Sie sie noch einmal an.
desk-remove-only-suspended = Ein Faktor lässt sich nur entfernen, solange der zweite Schritt ausgesetzt ist. Setzen Sie ihn zuerst aus.
desk-no-limit = Dieses Konto wird gerade von keinem Limit aufgehalten.
desk-mail-off = Dieser Dienst versendet keine E-Mails; die Antwort muss die Person auf anderem Weg erreichen.
desk-factor-unknown = Nennen Sie einen Authenticator mit seiner Kennung, oder email, oder recovery-key.
desk-title = Support
desk-search-label = Nach einem Konto suchen
desk-search-hint = Adresse, Teil eines Namens oder Kennung
desk-search-button = Suchen
desk-found = { $n ->
    [one] { $n } Konto gefunden
   *[other] { $n } Konten gefunden
}
desk-found-none = Kein Konto gefunden
desk-found-none-text = Versuchen Sie einen anderen Teil des Namens oder die ganze Adresse.
desk-disabled = Gesperrt
desk-active = Aktiv
desk-locked = Änderungen vom Inhaber gesperrt
desk-last-sign-in = Letzte Anmeldung
desk-never-signed-in = Noch nie angemeldet
desk-to-queue = Zurück zur Warteschlange
desk-queue = Anfragen
desk-mine = Meine
desk-queue-empty = Keine Anfragen hier
desk-queue-empty-text = Neue kommen über „Ich kann nichts davon benutzen“ auf der Seite des zweiten Schritts.
desk-next = Nächste Seite
desk-taken-by = Bei { $name }
desk-request-title = Anfrage: { $name }
desk-wrote = Was geschrieben wurde
desk-wrote-nothing = Keine Nachricht.
desk-facts = Was bekannt ist
desk-fact-address = E-Mail-Adresse
desk-fact-account = Konto
desk-fact-proof = Nachgewiesen
desk-fact-when = Geschrieben
desk-fact-from = Von
desk-fact-language = Sprache
desk-fact-agent = In Arbeit bei
desk-fact-confirmed = Adresse bestätigt
desk-fact-made = Konto angelegt
desk-fact-id = Konto-Kennung
desk-show-address = Ganz zeigen
desk-no-account = Kein Konto hat diese Adresse.
desk-nobody = Noch niemand
desk-agent-gone = Jemand, der nicht mehr hier ist
desk-take = Übernehmen
desk-take-over = Von der anderen Person übernehmen
desk-close = Schließen
desk-reopen = Wieder öffnen
desk-notes = Notizen und Antworten
desk-notes-none = Noch nichts.
desk-note-mailed = Versendet
desk-note-internal = Intern
desk-note-label = Notiz oder Antwort
desk-note-hint = Keine Passwörter und keine Codes. Eine interne Notiz liest nur der Support.
desk-note-mail = Der Person per E-Mail senden
desk-note-mail-hint = Als reiner Text, mit Anrede und Fußzeile in ihrer Sprache. Die Anfrage gilt dann als beantwortet.
desk-note-button = Speichern
desk-look-only = Sie können dieses Konto ansehen, aber nichts daran tun: Es ist Ihr eigenes, oder seine Rolle steht nicht unter Ihrer.
desk-who = Konto
desk-protected = Geschützt durch { $ways }.
desk-protected-none = Nur durch das Passwort geschützt.
desk-protected-suspended = Der zweite Schritt ist gerade ausgesetzt.
desk-not-confirmed = Nicht bestätigt
desk-send-confirmation = Bestätigung noch einmal senden
desk-suspensions = Aussetzungen
desk-suspensions-none = Der zweite Schritt war noch nie ausgesetzt.
desk-suspension-manage = Aussetzung verwalten
desk-suspensions-waiting = Aussetzungen, die auf eine zweite Person warten
desk-suspension-start = Zweiten Schritt aussetzen
desk-factors = Zweite Schritte
desk-factors-none = Nichts ist eingerichtet.
desk-key-not-saved = (gezeigt, aber nicht als gesichert bestätigt)
desk-remove-label = Verlorenes entfernen
desk-remove-reason = Grund
desk-remove-reason-hint = Er steht im Prüfprotokoll.
desk-remove-note = Alle Sitzungen des Kontos enden, und der Inhaber bekommt eine E-Mail.
desk-remove-button = Entfernen
desk-limits = Limits
desk-limit-until = Voll bis { $time }
desk-limit-never = Voll; löst sich nicht von selbst
desk-unlock-note = Löscht alle Fehlversuche an diesem Konto. Der Inhaber bekommt eine E-Mail.
desk-unlock = Fehlversuche löschen
desk-limit-second-step-stranger = Falsche Codes aus unbekannten Browsern
desk-limit-second-step-browser = Falsche Codes aus einem bekannten Browser
desk-limit-first-step-account = Falsche Passwörter aus einem Browser oder Netz
desk-limit-first-step-strangers = Falsche Passwörter von Fremden: Sie lösen jetzt ein Rätsel
desk-limit-first-step-row = Falsche Passwörter in Folge: Nur bekannte Browser dürfen noch
desk-limit-mail-code-stranger = Codes per E-Mail an unbekannte Browser
desk-limit-mail-code-browser = Codes per E-Mail an einen bekannten Browser
desk-limit-mail-reset-account = Links für ein neues Passwort
desk-limit-mail-confirm-recipient = E-Mails, die eine Adresse bestätigen
desk-limit-support-request-recipient = Anfragen an den Support
desk-sessions-none = Niemand ist angemeldet.
desk-end-sessions = Alle Sitzungen beenden
desk-letters = Letzte E-Mails
desk-letters-none = Keine E-Mails in den letzten Tagen.
desk-letter-waiting = Wartet
desk-letter-delayed = Verzögert
desk-letter-sent = Versendet
desk-letter-refused = Abgelehnt
desk-letter-expired = Aufgegeben
desk-requests = Anfragen zu diesem Konto
desk-events = Letzte Ereignisse
desk-role-member = Mitglied
desk-role-support = Support
desk-role-administrator = Administration
desk-keys-title = Tastenkürzel
desk-keys-search = Zur Suche
desk-keys-move = Nächste und vorige Zeile
desk-keys-open = Zeile öffnen
desk-keys-list = Diese Liste zeigen oder verbergen
desk-keys-on = Diese Tasten benutzen
request-state-open = Offen
request-state-in-progress = In Arbeit
request-state-answered = Beantwortet
request-state-closed = Geschlossen
request-proof-nothing = Nichts: Eine Adresse können alle eintippen
request-proof-password = Das Passwort war richtig
request-proof-mailed-link = Kam über einen Link in einer E-Mail
request-proof-provider = Beim Anbieter der Organisation angemeldet
request-proof-session = War angemeldet
done-request-taken = Die Anfrage ist jetzt Ihre.
done-note-added = Die Notiz ist gespeichert.
done-answer-sent = Die Antwort ist unterwegs.
done-request-closed = Die Anfrage ist geschlossen.
done-request-reopened = Die Anfrage ist wieder offen.
done-signed-out-everywhere = Alle Sitzungen sind beendet.
done-limit-cleared = Die Fehlversuche sind gelöscht.
done-confirmation-resent = Die E-Mail ist noch einmal unterwegs.
done-factor-removed = Es ist entfernt, und alle Sitzungen sind beendet.

## Single sign-on

event-sso-provider-added = Identitätsanbieter eingerichtet
event-sso-provider-changed = Identitätsanbieter geändert
event-sso-provider-removed = Identitätsanbieter entfernt
event-sso-refused = Anmeldung beim Identitätsanbieter gescheitert
event-sso-linked = Anmeldung beim Identitätsanbieter verknüpft
event-sso-unlinked = Anmeldung beim Identitätsanbieter gelöst
letter-provider = Anmeldung
letter-provider-linked-title = Ein Anmeldeweg kam hinzu
letter-provider-linked-text = Ab jetzt öffnet eine Anmeldung beim Identitätsanbieter Ihrer Organisation Ihr Konto. Ihr zweiter Schritt bleibt, wie er war.
letter-provider-unlinked-title = Ein Anmeldeweg wurde entfernt
letter-provider-unlinked-text = Der Identitätsanbieter öffnet Ihr Konto nicht mehr. Die anderen Sitzungen wurden beendet.
done-provider-linked = Verknüpft. Sie können es ab der nächsten Anmeldung nutzen.
done-provider-unlinked = Gelöst. Ihre anderen Sitzungen wurden beendet.
done-sso-saved = Gespeichert. Es gilt ab jetzt.
done-sso-removed = Der Anbieter ist entfernt und mit ihm die Anmeldungen darüber.
sso-sign-in-group = Single Sign-on
sso-sign-in-with = Anmelden mit { $provider }
sso-use = Single Sign-on nutzen
sso-find-title = Single Sign-on
sso-find-lead = Geben Sie die Adresse ein, die Sie in Ihrer Organisation haben. Wir finden, wo Sie sich anmelden.
sso-find-none = Für diese Adresse ist kein Single Sign-on eingerichtet. Prüfen Sie sie, oder melden Sie sich mit Ihrem Passwort an.
sso-away-title = Weiter zu { $provider }
sso-away-lead = Sie melden sich dort an und kommen von selbst hierher zurück. Wenn nichts geschieht, drücken Sie den Knopf.
sso-refused-title = Single Sign-on hat nicht geklappt
sso-refused-stale = Diese Anmeldung ist vorbei oder wurde in einem anderen Browser begonnen. Fangen Sie noch einmal an.
sso-refused-declined = { $provider } hat Sie nicht angemeldet. Fangen Sie noch einmal an, oder wählen Sie einen anderen Weg.
sso-refused-down = { $provider } ist gerade nicht erreichbar. Versuchen Sie es in einigen Minuten wieder.
sso-refused-wrong = { $provider } gab eine Antwort, die nicht angenommen werden kann. Sagen Sie es der Administration, wenn es wieder vorkommt.
sso-refused-not-linked = Mit dieser Anmeldung bei { $provider } ist kein Konto verknüpft. Wenn Sie ein Konto haben, melden Sie sich mit Ihrem Passwort an und verknüpfen Sie es unter Sicherheit.
sso-refused-closed = Dieses Konto kann sich nicht anmelden. Fragen Sie Ihre Administration.
sso-refused-taken = Diese Anmeldung bei { $provider } lässt sich nicht verknüpfen: Sie öffnet schon ein Konto.
sso-refused-too-late = Das hat zu lange gedauert. Bestätigen Sie, dass Sie es sind, und fangen Sie noch einmal an.
sso-refused-other-person = Bei { $provider } hat sich jemand anderes angemeldet. Melden Sie sich dort mit dem Konto an, das hier verknüpft ist.
sso-password-works = Wenn Sie ein Passwort haben, gilt es weiterhin.
sso-back-to-sign-in = Zurück zur Anmeldung
sso-back-to-security = Zurück zur Sicherheit
sso-need-help = Ich brauche Hilfe
sso-step-up-not-here = Dieses Konto bestätigt seine Inhaber auf andere Weise.
sso-step-up-lead = Melden Sie sich noch einmal bei Ihrer Organisation an, um weiterzumachen.
sso-step-up-button = Bei { $provider } bestätigen
sso-sign-ins-title = Verknüpfte Anmeldungen
sso-sign-ins-lead = Melden Sie sich bei Ihrer Organisation an statt mit einem Passwort. Ihr zweiter Schritt bleibt, wie er ist.
sso-linked = Verknüpft
sso-off = Ausgeschaltet
sso-linked-since = Verknüpft
sso-link-note = Nicht mit Ihrem Konto verknüpft.
sso-link = Verknüpfen
sso-unlink = Lösen
sso-last-way-in = Dies ist der einzige Weg in Ihr Konto. Wählen Sie zuerst ein Passwort.
sso-only-way = Einige Konten haben keinen anderen Anmeldeweg. Schalten Sie den Anbieter aus, oder lassen Sie diese Personen zuerst ein Passwort wählen.
sso-fault-slug = Nehmen Sie 1 bis 32 kleine Buchstaben, Ziffern und Striche.
sso-fault-slug-taken = Dieser Kurzname ist vergeben. Wählen Sie einen anderen.
sso-fault-issuer = Geben Sie den Aussteller genau so an, wie der Anbieter ihn nennt: eine https-Adresse, die dieser Server erreichen darf.
sso-fault-client-id = Übernehmen Sie die Client-ID vom Anbieter.
sso-fault-client-secret = Übernehmen Sie das Client-Geheimnis vom Anbieter.
sso-fault-domains = Nennen Sie bis zu 50 Domains, etwa example.org.
sso-fault-domain-of-operator = Bitten Sie den Betrieb des Servers, diese Domain einzutragen: Mehrere Organisationen teilen ihn sich.
sso-fault-domain-taken = Eine dieser Domains gehört schon zu einem anderen Anbieter.
sso-admin-title = Single Sign-on
sso-admin-back = Administration
sso-admin-lead = Mitglieder melden sich bei Ihrem eigenen Identitätsanbieter an (OpenID Connect). Der zweite Schritt bleibt unserer, außer die Richtlinie vertraut dem des Anbieters.
sso-admin-empty-title = Noch kein Identitätsanbieter
sso-admin-empty-text = Fügen Sie einen hinzu, damit Mitglieder sich mit dem Konto anmelden, das sie schon haben.
sso-admin-new = Anbieter hinzufügen
sso-admin-accounts = { $n ->
    [one] Öffnet { $n } Konto
   *[other] Öffnet { $n } Konten
}
sso-admin-tested-well = Geprüft, alles in Ordnung:
sso-admin-tested-badly = Geprüft, etwas stimmte nicht:
sso-admin-test = Prüfen
sso-admin-form-lead = Melden Sie Countersign zuerst beim Anbieter an: Er gibt Ihnen eine Client-ID und ein Geheimnis.
sso-admin-answers-at = Rücksprungadresse
sso-admin-name = Name auf dem Knopf
sso-admin-name-hint = Wie Mitglieder ihn kennen, zum Beispiel „Nordlicht Login“.
sso-admin-slug = Kurzname in Adressen
sso-admin-slug-hint = Die Rücksprungadresse ist die Adresse dieses Servers, /sso/, dieser Name, /callback. Er lässt sich später nicht ändern.
sso-admin-issuer = Aussteller (Issuer)
sso-admin-issuer-hint = Genau so, wie der Anbieter ihn nennt; auch ein Schrägstrich am Ende zählt. Er lässt sich später nicht ändern.
sso-admin-client-id = Client-ID
sso-admin-client-secret = Client-Geheimnis
sso-admin-client-secret-hint = Lassen Sie es leer, um das gespeicherte zu behalten.
sso-admin-domains = E-Mail-Domains
sso-admin-domains-hint = Wessen Adressen hierher führen, mit Leerzeichen dazwischen. Darf leer bleiben.
sso-admin-jit = Ein Konto anlegen, wenn jemand aus einer dieser Domains zum ersten Mal kommt
sso-admin-button = Einen Knopf auf der Anmeldeseite zeigen
sso-admin-save = Speichern
sso-admin-enable = Einschalten
sso-admin-disable = Ausschalten
sso-admin-remove = Entfernen
sso-admin-remove-title = { $provider } entfernen?
sso-admin-remove-text = { $n ->
    [0] Kein Konto nutzt ihn.
    [one] Ein Konto kann sich nicht mehr darüber anmelden. Sein Passwort gilt weiterhin.
   *[other] { $n } Konten können sich nicht mehr darüber anmelden. Ihre Passwörter gelten weiterhin.
}
sso-admin-test-title = Prüfung von { $provider }
sso-admin-test-done = Zurück zu Single Sign-on
sso-admin-test-mend = Einstellungen ändern
sso-admin-test-again = Noch einmal prüfen
sso-admin-test-well = Alles ist, wie es sein soll.
sso-admin-test-badly = Etwas stimmt nicht. Bringen Sie den markierten Schritt in Ordnung und prüfen Sie noch einmal.
sso-test-good = In Ordnung
sso-test-bad = Falsch
sso-step-discovery = Die Beschreibung des Anbieters lässt sich lesen
sso-step-issuer = Sie nennt genau diesen Aussteller
sso-step-endpoints = Seine Adressen lassen sich nutzen
sso-step-algorithms = Er unterschreibt so, wie wir es annehmen
sso-step-keys = Seine Schlüssel lassen sich lesen
sso-step-client = Er nimmt Client-ID und Geheimnis an

## Die Sicherheitsrichtlinie: Regeln, Vorlagen, Durchsicht, Verlauf

policy-fault-required-without-method = Ein zweiter Schritt ist Pflicht, aber keine Methode ist erlaubt. Erlauben Sie eine, oder bieten Sie den zweiten Schritt nur an.
policy-fault-date-without-requirement = Es ist ein Tag gesetzt, ab dem der zweite Schritt Pflicht ist, aber er ist gar nicht Pflicht. Machen Sie ihn zur Pflicht, oder löschen Sie den Tag.
policy-fault-no-strong-method = Mitarbeitende brauchen immer einen starken zweiten Schritt. Deshalb muss einer erlaubt sein, der keine Ersatzmethode ist: die Authenticator-App.
policy-fault-staff-below-strong = { $role ->
    [support] Der Support
   *[administrator] Die Administration
} braucht einen starken zweiten Schritt oder einen besseren. Weniger lässt sich nicht einstellen.
policy-fault-class-out-of-reach = Keine erlaubte Methode ist so stark wie das, was von { $role ->
    [support] dem Support
    [administrator] der Administration
   *[member] Mitgliedern
} verlangt wird. Erlauben Sie eine stärkere, oder verlangen Sie weniger.
policy-fault-not-to-enrol = { $method ->
    [support-code] Support-Codes
   *[other] Solche Codes
} gibt der Support aus; niemand kann sie einrichten. Nehmen Sie sie von der Liste der Methoden.
policy-fault-fallback-without-anchor = { $method ->
    [authenticator] Die Authenticator-App
    [email] Codes per E-Mail
    [telegram] Telegram
    [phone] Das Telefon
    [recovery-key] Der Wiederherstellungsschlüssel
   *[other] Diese Methode
}: zählt nur neben einer anderen Methode, und keine ist erlaubt, neben der das ginge. Erlauben Sie eine, die keine Ersatzmethode ist.
policy-fault-needs-what-is-missing = { $method ->
    [authenticator] Die Authenticator-App
    [email] Codes per E-Mail
    [telegram] Telegram
    [phone] Das Telefon
    [recovery-key] Der Wiederherstellungsschlüssel
   *[other] Diese Methode
}: braucht eine andere Methode, die nicht erlaubt ist oder sie ausschließt. Erlauben Sie jene, oder verzichten Sie auf die Bedingung.
policy-fault-out-of-range = Geben Sie eine ganze Zahl von { $least } bis { $most } ein.
policy-fault-idle-beyond-absolute = Eine Sitzung wäre schon zu Ende, bevor diese Zeit ohne Nutzung um ist. Verkürzen Sie sie, oder lassen Sie Sitzungen länger dauern.
policy-fault-exclusive-set = Methoden schließen einander nur aus, wenn zwei oder mehr gewählt sind; ein Wiederherstellungsschlüssel schließt keine aus.
policy-fault-trusted-without-claim = Sagen Sie, welche Werte von amr oder acr beim Anbieter { $provider } zählen, oder nehmen Sie ihn von der Liste.
policy-fault-risk-not-read = { $risk ->
    [email-codes] Bestätigen Sie, dass Sie das Risiko von Codes per E-Mail gelesen haben.
    [telegram] Bestätigen Sie, dass Sie das Risiko von Telegram gelesen haben.
    [telegram-tap] Bestätigen Sie, dass Sie das Risiko eines einzigen Knopfs gelesen haben.
    [phone-calls] Bestätigen Sie, dass Sie das Risiko von Anrufen gelesen haben.
    [sms] Bestätigen Sie, dass Sie das Risiko von SMS gelesen haben.
    [phone-in-new-browsers] Bestätigen Sie, dass Sie das Risiko des Telefons in neuen Browsern gelesen haben.
    [password-alone] Bestätigen Sie, dass Sie das Risiko einer Anmeldung allein mit dem Passwort gelesen haben.
    [trusted-provider] Bestätigen Sie, dass Sie das Risiko gelesen haben, einem Anbieter zu vertrauen.
   *[other] Bestätigen Sie, dass Sie dieses Risiko gelesen haben.
}
policy-fault-misplaced-word = Dieses Wort gehört an eine andere Stelle. Wählen Sie eines aus der Liste.
risk-email-codes = Codes per E-Mail sind schwach: Wer das Postfach lesen kann, hat auch den zweiten Schritt und oft den Weg zu einem neuen Passwort. Sie schützen vor erratenen und mehrfach benutzten Passwörtern, nicht vor jemandem, der im Postfach ist.
risk-password-alone = Solange der Support den zweiten Schritt auf diese Weise ausgesetzt hat, öffnet das Passwort allein das Konto. Wer den Support dazu überredet und das Passwort kennt, ist drin. Support-Codes sind sicherer.
risk-trusted-provider = Was ein Anbieter sagt, tritt hier an die Stelle des zweiten Schritts. Wer dort ein Konto übernimmt oder den Anbieter täuscht, ist ohne weiteren Nachweis drin.

policy-title = Sicherheitsrichtlinie
policy-lead = Was die Konten dieser Organisation müssen und dürfen. Eine Änderung gilt ab der nächsten Anfrage, für alle.
policy-in-force = Version { $version } gilt, aus der Vorlage „{ $preset }“.
policy-in-force-since = Gilt seit
policy-tab-rules = Regeln
policy-tab-presets = Vorlagen
policy-tab-history = Verlauf
policy-tabs-label = Teile der Richtlinie
policy-staff-always = Mitarbeitende brauchen immer einen starken zweiten Schritt, egal, was hier steht.
policy-review = Änderung durchsehen
policy-review-note = Noch ändert sich nichts. Die nächste Seite zeigt, was sich ändern würde und wen es trifft.
policy-reason = Sagen Sie in höchstens { $most } Zeichen, warum. Der Verlauf bewahrt es auf.
policy-choose = Wählen Sie etwas aus der Liste.
policy-number = Geben Sie eine ganze Zahl ein.
policy-moment = Geben Sie Tag und Uhrzeit ein.
policy-trusted-form = Schreiben Sie einen Anbieter je Zeile: seinen Kurznamen, dann Werte wie amr=mfa oder acr=urn:example:high.

policy-group-who = Wer einen zweiten Schritt haben muss
policy-group-methods = Methoden
policy-group-strong = Wie stark
policy-group-fallbacks = Ersatz und Ausschluss
policy-group-recovery = Wiederherstellung und Support
policy-group-sessions = Sitzungen
policy-group-entry = Registrierung und Single Sign-on
policy-group-words = Wörter

rule-second-step = Für Mitglieder ist ein zweiter Schritt
rule-second-step-why = Wer schon einen hat, wird in jedem Fall danach gefragt: Dieser Schalter öffnet nie ein Konto.
rule-second-step-off = aus: Mitglieder können keinen einrichten
rule-second-step-offered = angeboten: Mitglieder dürfen einen einrichten
rule-second-step-required = Pflicht: Mitglieder erreichen nichts anderes, bevor er eingerichtet ist
rule-required-from = Pflicht ab (UTC)
rule-required-from-why = Bis dahin können alle „Nicht jetzt“ wählen und werden erinnert. Leer: sofort. Nur wo ein zweiter Schritt Pflicht ist.
rule-methods = Mitglieder dürfen einrichten
rule-methods-why = Was hier aus ist, lässt sich nicht mehr einrichten. Wer es hat, wird weiter danach gefragt.
rule-authenticators-max = Authenticator-Geräte je Konto, höchstens
rule-authenticators-max-why = Mehrere Geräte helfen, wenn eines verloren geht. Mit jedem wird es aber etwas leichter, einen Code zu erraten.
rule-confirmed-address-first = Die E-Mail-Adresse muss zuerst bestätigt sein
rule-confirmed-address-first-why = Bevor eine Methode eingeschaltet werden kann, zeigt die Person, dass die Adresse ihre ist.
rule-last-showing = Schlüssel eines neuen Authenticators noch einmal zeigen
rule-last-showing-why = Nach dem ersten Code wird der QR-Code ein letztes Mal gezeigt, zum Aufbewahren. Sonst nie wieder.
rule-lowest-class-member = Der zweite Schritt eines Mitglieds muss mindestens sein
rule-lowest-class-member-why = Das zählt, wo ein zweiter Schritt Pflicht ist. Wer nur einen schwächeren hat, wird nach einem besseren gefragt.
rule-class-changes = Um ein Konto zu ändern, braucht eine Sitzung
rule-class-changes-why = Gemeint sind Passwort, Adresse und zweite Schritte. Mitarbeitende brauchen immer einen starken.
rule-class-changes-strong = einen starken zweiten Schritt
rule-class-changes-any-enrolled = irgendeinen zweiten Schritt des Kontos
rule-exclusive = Diese schließen einander aus
rule-exclusive-why = Ein Konto darf eine der gewählten Methoden haben: Eine stärkere schaltet die schwächere aus.
rule-fallback-only = Diese sind nur Ersatzmethoden
rule-fallback-only-why = Eine Ersatzmethode zählt nur neben einer, die keine ist. Ein Wiederherstellungsschlüssel ist immer eine.
rule-after-recovery = Eine Anmeldung mit dem Wiederherstellungsschlüssel führt zu
rule-after-recovery-why = Der Schlüssel gilt einmal; in beiden Fällen wird zuerst ein neuer aufbewahrt.
rule-after-recovery-session = einer gewöhnlichen Sitzung
rule-after-recovery-enrolment = der Einrichtung dessen, was verloren ging, und vorher zu nichts anderem
rule-suspension-kinds = Solange der Support einen zweiten Schritt ausgesetzt hat, meldet an
rule-suspension-kinds-why = Ist keines gewählt, kann der Support nichts aussetzen. Das Passwort allein lässt Mitarbeitende nie hinein.
rule-suspension-kinds-password-alone = das Passwort allein
rule-suspension-kinds-support-code = das Passwort und ein Code, den der Support vorliest
rule-suspension-default = Eine Aussetzung dauert
rule-suspension-default-why = Wenn niemand etwas anderes sagt.
rule-suspension-longest = Eine Aussetzung dauert höchstens
rule-suspension-longest-why = Sie endet von selbst zur gesetzten Zeit oder vorher von Hand.
rule-suspension-enrol = Währenddessen darf ein neuer Authenticator eingerichtet werden
rule-suspension-enrol-why = So lässt sich ein verlorenes Telefon ersetzen, bevor die Aussetzung endet.
rule-idle = Die Sitzung eines Mitglieds endet ohne Nutzung nach
rule-idle-why = Gezählt ab der letzten Seite oder Anfrage.
rule-absolute = Die Sitzung eines Mitglieds endet in jedem Fall nach
rule-absolute-why = Auch wenn sie benutzt wird; danach ist eine neue Anmeldung nötig.
rule-staff-idle = Die Sitzung von Mitarbeitenden endet ohne Nutzung nach
rule-staff-idle-why = Mitarbeitende erreichen die Konten anderer, deshalb sind ihre Sitzungen kürzer.
rule-staff-absolute = Die Sitzung von Mitarbeitenden endet in jedem Fall nach
rule-staff-absolute-why = Auch wenn sie benutzt wird.
rule-most = Sitzungen eines Kontos zugleich, höchstens
rule-most-why = Darüber hinaus endet die älteste.
rule-sign-up = Ein Konto bekommt
rule-sign-up-why = Ein Wechsel der Vorlage lässt das, wie es ist.
rule-sign-up-open = jede Person, die danach fragt
rule-sign-up-invitation = wer eine Einladung bekommen hat
rule-sign-up-closed = nur, wem der Betreiber es anlegt
rule-password-sign-in = Passwörter gelten neben Single Sign-on
rule-password-sign-in-why = Für Konten, die mit einem Anbieter verknüpft sind. Aus: Sie melden sich nur dort an.
rule-trusted = Anbieter, deren Wort als zweiter Schritt zählt
rule-trusted-why = Einer je Zeile: Kurzname, dann was der Anbieter sagen muss, etwa „example amr=mfa“. Nie für Mitarbeitende.
rule-menu = Das Menü heißt
rule-menu-why = Der Eintrag, der zu den Einstellungen des Kontos führt.
rule-tab = Der Reiter heißt
rule-tab-why = Die Seite mit dem zweiten Schritt.
rule-enable = Der Knopf, der eine Einrichtung beginnt, heißt
rule-enable-why = Auf der Seite mit den Methoden.
rule-confirm = Der Knopf, der eine Einrichtung abschließt, heißt
rule-confirm-why = Unter dem Feld für den ersten Code.
rule-preset = Ausgegangen von
rule-lowest-class-support = Der zweite Schritt im Support muss mindestens sein
rule-lowest-class-administrator = Der zweite Schritt in der Administration muss mindestens sein
rule-needs = Methoden, die eine andere brauchen
rule-telegram-style = Ein Telegram-Konto bestätigt
rule-telegram-style-type = durch Eintippen der Zahl, die der Browser zeigt
rule-telegram-style-match = durch Wahl der Zahl, die der Browser zeigt
rule-telegram-style-tap = mit einem Knopf
rule-calls = Anrufe, bevor eine SMS an ihre Stelle tritt
rule-on = ja
rule-off = nein
rule-none = nichts
rule-at-once = sofort
unit-none = { $n }
unit-minutes = { $n } { $n ->
    [one] Minute
   *[other] Minuten
}
unit-hours = { $n } { $n ->
    [one] Stunde
   *[other] Stunden
}
unit-minutes-label = Minuten
unit-hours-label = Stunden

policy-effect-must-enrol = { $n ->
    [one] 1 von { $total } Mitgliedern muss
   *[other] { $n } von { $total } Mitgliedern müssen
} sofort einen zweiten Schritt einrichten.
policy-effect-must-enrol-later = { $n ->
    [one] 1 von { $total } Mitgliedern muss
   *[other] { $n } von { $total } Mitgliedern müssen
} bis zum gesetzten Tag einen zweiten Schritt einrichten.
policy-effect-must-enrol-already = { $n ->
    [one] 1 von { $total } Mitgliedern muss
   *[other] { $n } von { $total } Mitgliedern müssen
} wie bisher einen zweiten Schritt einrichten.
policy-effect-no-longer-asked = { $n ->
    [one] 1 von { $total } Mitgliedern wird
   *[other] { $n } von { $total } Mitgliedern werden
} nicht mehr nach einem zweiten Schritt gefragt. Das Passwort allein öffnet dann das Konto.
policy-effect-newly-asked = { $n ->
    [one] 1 von { $total } Mitgliedern wird
   *[other] { $n } von { $total } Mitgliedern werden
} nach einem zweiten Schritt gefragt, der bisher nicht zählte.
policy-effect-weaker = { $n ->
    [one] 1 von { $total } Mitgliedern meldet
   *[other] { $n } von { $total } Mitgliedern melden
} sich dann mit einem schwächeren zweiten Schritt an als jetzt.
policy-effect-stops = { $method }: wird bei { $n } von { $total } Mitgliedern, die es haben, nicht mehr gefragt.
policy-effect-nothing = Bei der nächsten Anmeldung merkt niemand etwas davon.
policy-weakens = Damit wird es leichter, in Konten zu gelangen.
policy-asks-less = Die Regeln verlangen dann weniger als jetzt.

policy-review-title = Änderung durchsehen
policy-review-lead = Das würde sich ändern. Es gilt ab der nächsten Anfrage, für alle, sobald Sie bestätigen.
policy-review-preset = Zu „{ $preset }“ wechseln
policy-review-restore = Zu Version { $version } zurückkehren
policy-review-nothing = Es würde sich nichts ändern: Genau das gilt schon.
policy-review-impossible = So geht es noch nicht:
policy-changes = Was sich ändert
policy-setting = Regel
policy-before = Jetzt
policy-after = Dann
policy-touches = Wen es trifft
policy-risks = Risiken, die Sie gelesen haben müssen
policy-risk-read = Ich habe das gelesen und nehme es in Kauf
policy-reason-label = Warum
policy-reason-hint = Steht im Verlauf, wo es alle in der Administration lesen.
policy-save = In Kraft setzen
policy-edit-on = Weiter bearbeiten
policy-leave = Alles lassen, wie es ist
policy-presets-title = Vorlagen
policy-presets-lead = Jede ist ein ganzer Satz von Regeln, von dem Sie ausgehen können. Darunter steht, was sie ändern würde und für wen. Registrierung und Single Sign-on bleiben, wie sie sind.
policy-preset-in-force = Gilt
policy-preset-changed = Gilt, mit eigenen Änderungen
policy-preset-choose = Durchsehen und wechseln
policy-preset-changes = { $n ->
    [one] 1 Regel ändert sich
   *[other] { $n } Regeln ändern sich
}
preset-authenticator = Nur Authenticator-App
preset-authenticator-about = Das Passwort, dann ein Code der Authenticator-App. Der Support darf den zweiten Schritt für eine Weile aussetzen.
preset-email-or-authenticator = E-Mail oder Authenticator
preset-email-or-authenticator-about = Codes per E-Mail oder eine Authenticator-App: eines von beiden, nie beides.
preset-email-with-recovery-key = E-Mail mit Wiederherstellungsschlüssel
preset-email-with-recovery-key-about = Codes per E-Mail und ein Wiederherstellungsschlüssel, daneben eine Authenticator-App.
preset-messenger = Messenger
preset-messenger-about = Telegram, eine Authenticator-App oder Codes per E-Mail; Anrufe und SMS als Ersatz neben den ersten beiden.
preset-recommended = Empfohlen
preset-recommended-about = Authenticator-Apps und ein Wiederherstellungsschlüssel; schwache Methoden aus; Änderungen brauchen einen starken zweiten Schritt.
policy-history-title = Verlauf der Richtlinie
policy-history-lead = Jede Version, die gegolten hat, die neueste zuerst. Nichts wird je entfernt.
policy-version = Version { $version }
policy-version-first = Die erste Version.
policy-version-same = Darin änderte sich nichts.
policy-version-by-operator = der Betreiber
policy-version-by-gone = jemand, dessen Konto es nicht mehr gibt
policy-version-why-none = Es wurde kein Grund genannt.
policy-version-return = Zu dieser Version zurückkehren
done-policy-saved = Die Richtlinie gilt.

## Found by review
desk-to-member = In der Administration öffnen
member-at-desk = Beim Support öffnen
figure-requests = Anfragen, die noch niemand hat
organisation-sign-in-label = Eigene Anmeldeseite
proof-first = Diese Seite verlangt einen frischen Nachweis, dass Sie es sind. Erbringen Sie ihn, bevor Sie etwas ausfüllen.
proof-first-typed = Es wurde nichts geändert: Bestätigen Sie zuerst, dass Sie es sind. Danach ist das Formular leer; kopieren Sie also, was Sie nicht noch einmal eingeben möchten.
proof-first-link = Jetzt bestätigen
letter-suspension-waits-title = Eine Aussetzung wartet auf Sie
letter-suspension-waits-text = Jemand aus Ihrem Team möchte den zweiten Schritt eines Team-Kontos aussetzen. Wer sonst zur Administration gehört, muss innerhalb einer Stunde zustimmen.
letter-suspension-waits-after = Melden Sie sich an, öffnen Sie den Support und dort „Aussetzungen, die auf eine zweite Person warten“. Sprechen Sie selbst mit der Person, bevor Sie zustimmen.

## Telegram und Telefon

method-telegram = Telegram
method-phone = Telefon
phone-fault-empty = Geben Sie eine Telefonnummer ein.
phone-fault-character = Eine Telefonnummer hat nur Ziffern, wenn Sie mögen mit einem Plus davor. Prüfen Sie Ihre Eingabe.
phone-fault-extension = Lassen Sie die Durchwahl weg: Ein Anruf klingelt an der Nummer selbst.
phone-fault-too-short = Diese Nummer ist zu kurz. Geben Sie sie vollständig mit Landesvorwahl ein: +49 170 …
phone-fault-too-long = Diese Nummer ist zu lang. Prüfen Sie Ihre Eingabe.
phone-fault-country = Diese Vorwahl hat kein Land. Geben Sie die Nummer mit Landesvorwahl ein: +49 170 …
phone-fault-unknown = Eine solche Telefonnummer gibt es nicht. Prüfen Sie Ihre Eingabe.
phone-fault-dear = Diese Nummer kostet den Anrufer extra. Geben Sie die Nummer eines gewöhnlichen Telefons ein.
phone-fault-satellite = Satellitennetze und internationale Netze sind von hier nicht erreichbar. Geben Sie die Nummer eines gewöhnlichen Telefons ein.
phone-fault-other-line = Das ist weder ein Mobiltelefon noch ein Festnetzanschluss. Geben Sie die Nummer eines gewöhnlichen Telefons ein.
phone-code-empty = Tippen Sie die letzten vier Ziffern der Nummer ein, die Sie anruft, oder die sechs aus der SMS.
phone-code-not-digits = Tippen Sie nur Ziffern ein: vier vom Anruf oder sechs aus der SMS.
phone-code-wrong-length = Tippen Sie die letzten vier Ziffern der Nummer ein, die angerufen hat, oder die sechs aus der SMS.
call-rang = Ihr Telefon hat geklingelt. Der Code sind die letzten vier Ziffern der Nummer, die angerufen hat.
call-declined = Ihr Telefon hat geklingelt, der Anruf wurde abgewiesen. Der Code sind die letzten vier Ziffern der Nummer, die angerufen hat.
call-answered = Der Anruf wurde angenommen. Der Code sind die letzten vier Ziffern der Nummer, die angerufen hat.
call-busy = Der Anschluss war besetzt: Versuchen Sie es noch einmal, oder fordern Sie eine SMS an.
call-not-found = Der Netzbetreiber kennt diese Nummer nicht. Wählen Sie eine andere Nummer, oder fordern Sie eine SMS an.
call-unavailable = Ihr Telefon ist aus oder hat keinen Empfang: Versuchen Sie es noch einmal, oder fordern Sie eine SMS an.
call-silent = Wir wissen nicht, ob Ihr Telefon geklingelt hat. Wenn ja, tippen Sie die letzten vier Ziffern der Nummer ein; wenn nicht, versuchen Sie es noch einmal, oder fordern Sie eine SMS an.
call-not-made = Wir konnten Sie gerade nicht anrufen. Fordern Sie eine SMS an, oder wählen Sie einen anderen Weg.
phone-not-reached = Diese Nummer ist von hier nicht erreichbar. Wählen Sie eine andere Nummer oder einen anderen Weg.
phone-not-now = Im Moment gibt es keine weiteren Anrufe und SMS. Versuchen Sie es später noch einmal, oder wählen Sie einen anderen Weg.
phone-guard-no-route = Dafür ist weder eine Leitung für Anrufe noch ein Weg für SMS eingerichtet
phone-guard-destination = Land oder Vorwahl stehen nicht auf der Liste
phone-guard-budget = Das Budget des Tages ist verbraucht
phone-guard-breaker = Aus dieser Vorwahl kommen zu wenige Codes zurück
phone-guard-number = Die Nummer hatte ihre Anrufe und SMS
phone-guard-account = Das Konto hatte seine Anrufe und SMS
phone-guard-address = Das Netz hatte seine Anrufe und SMS
phone-guard-block = Der Nummernblock hatte seine Anrufe und SMS
phone-guard-minute = Die Installation hat gesendet, was sie in einer Minute darf
policy-fault-phone-alone = Das Telefon ist zu schwach, um allein zu stehen. Machen Sie es zur Ersatzmethode.
policy-fault-phone-unreached = Das Telefon ist erlaubt, aber weder Anrufe noch SMS. Erlauben Sie eines davon, oder nehmen Sie das Telefon heraus.
risk-telegram = Ein Telegram-Konto lässt sich selbst mit einer SMS öffnen: Wer die Telefonnummer übernimmt, hat auch den zweiten Schritt. Es schützt vor erratenen und mehrfach benutzten Passwörtern, nicht vor jemandem, der die Nummer hat.
risk-telegram-tap = Ein Knopf wird gedrückt, ohne hinzusehen: Wer das Passwort hat, muss nur oft genug fragen. Lassen Sie lieber eine Zahl vom Browser in den Chat tragen.
risk-phone-calls = Die letzten vier Ziffern eines Anrufers liegen weit unter dem, was von einem Code verlangt wird: Bei 200 Nummern ist eine von 200 Vermutungen richtig. Unbekannte Browser zusammen haben je Konto zwei falsche Antworten am Tag, und ein Anruf bestätigt nie eine Änderung.
risk-sms = Eine SMS kann unterwegs gelesen oder umgeleitet werden, und wer den Netzbetreiber zu einer neuen SIM-Karte überredet, bekommt sie. Sie kostet auch Geld, und das lockt an, wer daran verdient.
risk-phone-in-new-browsers = Das Telefon meldet auch in Browsern an, in denen sich noch nie jemand angemeldet hat. Wer das Passwort hat, kann dann von überall raten, wer anruft.
event-telegram-link-asked = Verknüpfen eines Telegram-Kontos begonnen
event-telegram-link-refused = Verknüpfen in Telegram abgelehnt
event-telegram-linked = Telegram-Konto verknüpft
event-telegram-unlinked = Telegram-Konto getrennt
event-telegram-enabled = Telegram eingeschaltet
event-telegram-disabled = Telegram ausgeschaltet
event-telegram-prompted = In Telegram gefragt
event-telegram-confirmed = In Telegram bestätigt
event-telegram-refused = In Telegram abgelehnt
event-telegram-held = Eine Zeit lang keine Fragen in Telegram, nach zwei Ablehnungen
event-telegram-callback-forged = Telegram-Knopf von jemand anderem gedrückt oder gefälscht
event-telegram-blocked = Der Bot wurde in Telegram blockiert
event-phone-added = Telefonnummer hinzugefügt, noch nicht bestätigt
event-phone-proved = Telefonnummer bestätigt
event-phone-removed = Telefonnummer entfernt
event-phone-uncounted = Telefonnummern zählen nicht mehr: neben ihnen ist nichts mehr da
event-phone-call-asked = Anruf angefordert
event-phone-call-ended = Anruf beendet
event-phone-sms-asked = SMS angefordert
event-phone-sms-ended = SMS abgeschlossen
event-phone-guarded = Anruf oder SMS unterblieben
event-phone-breaker-opened = Vorwahl gesperrt: zu wenige Codes kommen zurück
event-phone-breaker-closed = Vorwahl wieder offen
event-phone-budget-spent = Budget für Anrufe und SMS verbraucht
desk-limit-telegram-prompt-stranger = Fragen in Telegram für unbekannte Browser
desk-limit-telegram-prompt-browser = Fragen in Telegram für einen bekannten Browser
desk-limit-telegram-link = Verknüpfen eines Telegram-Kontos
desk-limit-phone-code-stranger = Anrufe und SMS für unbekannte Browser
desk-limit-phone-code-browser = Anrufe und SMS für einen bekannten Browser
desk-limit-phone-code-account = Anrufe und SMS für alle Browser zusammen
desk-limit-call-answer-stranger = Falsche Antworten auf Anrufe aus unbekannten Browsern: ab jetzt nur SMS
desk-limit-call-answer-browser = Falsche Antworten auf Anrufe aus einem bekannten Browser: ab jetzt nur SMS
method-telegram-about = Bei der Anmeldung fragt unser Bot Sie in Telegram, ob Sie es sind.
method-phone-about = Bei der Anmeldung rufen wir Sie an, und die letzten vier Ziffern unserer Nummer sind der Code; oder wir senden eine SMS. Nur neben einer anderen Methode.
other-ways-telegram = Eine Frage in Telegram
other-ways-phone = Ein Anruf oder eine SMS
letter-for-disable-telegram = Ausschalten von Telegram
letter-for-unlink-telegram = Trennen eines Telegram-Kontos
letter-for-prove-phone = Bestätigen einer Telefonnummer
letter-for-remove-phone = Entfernen einer Telefonnummer
letter-telegram-refused-title = Anmeldung in Telegram abgelehnt
letter-telegram-refused-text = Jemand wollte sich mit Ihrem Passwort anmelden, und in Telegram war die Antwort Nein oder eine falsche Zahl. Niemand wurde eingelassen.
letter-telegram-held-title = Jemand anders kennt Ihr Passwort
letter-telegram-held-text = Zwei Anmeldungen mit Ihrem Passwort wurden innerhalb eines Tages in Telegram abgelehnt. In den nächsten 24 Stunden wird dort niemand gefragt und kein Code geht an ein Telefon, außer für einen Browser, in dem Sie schon angemeldet waren. Wählen Sie ein neues Passwort.
letter-telegram-blocked-title = Der Bot erreicht Sie in Telegram nicht
letter-telegram-blocked-text = Unser Bot wurde in Telegram blockiert und kann Sie bei der Anmeldung nicht fragen. Geben Sie ihn dort wieder frei, oder wählen Sie einen anderen Weg.
rule-telegram-accounts-max = Telegram-Konten je Konto, höchstens
rule-sms = Codes per SMS
rule-phone-numbers-max = Telefonnummern je Konto, höchstens
rule-phone-in-new-browsers = Das Telefon meldet auch in neuen Browsern an

## Das Telefon: Nummer hinzufügen, Codes anfordern, Grenzen

phone-number-yours = Diese Nummer haben Sie schon hinzugefügt. Wählen Sie eine andere.
phone-too-many = { $most ->
    [one] Sie können eine Telefonnummer haben. Entfernen Sie sie zuerst und fügen Sie dann eine andere hinzu.
   *[other] Sie können { $most } Telefonnummern haben. Entfernen Sie zuerst eine und fügen Sie dann die andere hinzu.
}
phone-answer-ended = Der Code dieses Anrufs endete mit einer falschen Antwort. Fordern Sie einen neuen Anruf oder eine SMS an.
phone-answer-misfit = Ein Anruf hat vier Ziffern, eine SMS sechs. Sehen Sie nach, was zuletzt kam, und geben Sie das ein. Gezählt wurde nichts.
phone-answer-number-full = Diese Nummer dient schon so vielen Konten, wie sie darf. Nehmen Sie eine andere.
phone-answer-account-full = Ihr Konto hat schon so viele Nummern, wie es haben darf. Entfernen Sie zuerst eine.
phone-breaker-not-open = Diese Vorwahl ist nicht oder nicht mehr gesperrt. Laden Sie die Seite neu.
action-view-spending = Sehen, was Anrufe und SMS kosten
action-close-breaker = Eine gesperrte Vorwahl wieder öffnen

## Telegram: verknüpfen, fragen, was der Bot auf einen Knopf antwortet

telegram-not-set-up = Telegram ist hier nicht eingerichtet. Wählen Sie einen anderen Weg.
telegram-too-many = { $most ->
    [one] Sie können ein Telegram-Konto verknüpfen. Trennen Sie es zuerst, dann verknüpfen Sie ein anderes.
   *[other] Sie können { $most } Telegram-Konten verknüpfen. Trennen Sie zuerst eines, dann verknüpfen Sie ein anderes.
}
telegram-person-full = Dieses Telegram-Konto bestätigt schon für { $most } Konten, und für mehr nicht. Nehmen Sie ein anderes.
telegram-linked-before = Dieses Telegram-Konto ist schon verknüpft.
telegram-none-linked = Es ist kein Telegram-Konto verknüpft. Verknüpfen Sie zuerst eines.
telegram-no-code-here = Hier wird nichts eingetippt. Antworten Sie in Telegram, dann geht es weiter.
telegram-not-yet = In Telegram hat noch niemand geantwortet. Antworten Sie dort, dann geht es weiter.
telegram-refused-in-chat = Das wurde in Telegram abgelehnt. War es ein Versehen, beginnen Sie von vorn.
second-step-nobody-to-ask = In Telegram lässt sich gerade niemand fragen. Geben Sie unseren Bot dort wieder frei, oder wählen Sie einen anderen Weg.
telegram-pressed-confirmed = Bestätigt. Im Browser geht es von selbst weiter.
telegram-pressed-refused = Abgelehnt. Niemand wurde eingelassen.
telegram-pressed-wrong-number = Das ist nicht die Zahl, die der Browser zeigt. Niemand wurde eingelassen.
telegram-pressed-answered = Das wurde schon beantwortet.
telegram-pressed-over = Das ist vorbei. Beginnen Sie im Browser von vorn.
telegram-pressed-late = Zu spät. Fragen Sie im Browser noch einmal.
telegram-pressed-too-many = Zu viele falsche Antworten. Versuchen Sie es später.
telegram-pressed-unlinked = Dieses Telegram-Konto ist nicht mehr verknüpft.
telegram-pressed-not-yours = Dieser Knopf ist nicht für Sie.
telegram-pressed-link-refused = Danke. Es wurde nichts verknüpft.

## What the bot and SMS say

telegram-ask = { $purpose ->
    [sign-in] Melden Sie sich gerade bei { $organisation } an?
   *[other] Ändern Sie gerade Ihr Konto bei { $organisation }?
}
telegram-ask-account = Konto: { $account }
telegram-ask-from = Von: { $device }, { $address }
telegram-ask-at = Wann: { $time }
telegram-ask-match = Drücken Sie die Zahl, die Ihr Browser zeigt.
telegram-ask-type = Schreiben Sie die sechs Ziffern, die Ihr Browser zeigt.
telegram-ask-tap = Bestätigen Sie nur, wenn Sie das gerade selbst tun.
telegram-ask-not-you = Wenn Sie es nicht sind, drücken Sie „Das war ich nicht“: Dann kommt niemand hinein.
telegram-button-confirm = Ja, ich bin es
telegram-button-not-me = Das war ich nicht
telegram-end-confirmed = Bestätigt
telegram-end-refused = Abgelehnt. Niemand wurde eingelassen. Wählen Sie ein neues Passwort: Jemand kennt Ihres.
telegram-end-wrong-number = Falsche Zahl. Niemand wurde eingelassen. Beginnen Sie im Browser neu, wenn Sie es waren.
telegram-end-elsewhere = In einem anderen Chat beantwortet
telegram-end-late = Niemand hat rechtzeitig geantwortet
telegram-end-over = Das ist vorbei
telegram-end-unlinked = Dieses Telegram-Konto ist nicht mehr verknüpft
telegram-code-where = Geben Sie diesen Code im Browser bei { $host } ein, und nirgends sonst.
telegram-until = Er gilt bis { $time }.
telegram-says-start = Guten Tag! Ich frage nach, ob Sie es sind, wenn sich jemand bei { $organisation } anmeldet. Um dieses Telegram-Konto zu verknüpfen, melden Sie sich bei { $host } an und wählen Sie unter „Sicherheit“ Telegram.
telegram-says-link-code = Dieses Telegram-Konto mit { $organisation } verknüpfen?
telegram-says-link-bad = Dieser Link ist abgelaufen. Fordern Sie bei { $host } unter „Sicherheit“ einen neuen an.
telegram-says-linked = Verknüpft. Ab jetzt frage ich hier nach, wenn sich jemand bei { $organisation } anmeldet.
telegram-says-link-refused = Danke. Es wurde nichts verknüpft.
telegram-says-unlinked = Dieses Telegram-Konto ist nicht mehr verknüpft.
telegram-says-stop = Damit ich nicht mehr frage, melden Sie sich bei { $host } an und schalten Sie unter „Sicherheit“ Telegram ab. Mich hier zu blockieren schaltet es nicht ab.
telegram-says-status = Für diese Konten bei { $organisation } frage ich hier nach:
telegram-says-not-linked = Dieses Telegram-Konto ist mit nichts verknüpft. Melden Sie sich bei { $host } an und wählen Sie unter „Sicherheit“ Telegram.
telegram-says-help = Ich frage nach, ob Sie es sind, wenn sich jemand bei { $organisation } anmeldet. Ich verstehe /status, /stop und /help und die Ziffern, die Ihr Browser zeigt.
telegram-says-wrong-code = Das sind nicht die Ziffern, die Ihr Browser zeigt. Sehen Sie noch einmal nach.
telegram-says-nothing-waits = Hier wartet nichts auf Ziffern. Beginnen Sie im Browser neu.
telegram-says-confirmed = Bestätigt. Im Browser geht es von selbst weiter.
telegram-says-held = Zwei Anmeldungen wurden innerhalb eines Tages abgelehnt. 24 Stunden lang frage ich nur für Browser, in denen Sie schon angemeldet waren, und für andere geht kein Code an ein Telefon. Wählen Sie ein neues Passwort.
sms-code = { $code } ist Ihr Code für { $organisation }. Sagen Sie ihn niemandem.
sms-code-short = { $code } ist Ihr Code. Sagen Sie ihn niemandem.
sms-trial = Dies ist eine Probenachricht von { $product }.

## Limits and refusals of staff
plan-too-many = Diese Adresse hat in letzter Zeit mehrere E-Mails bekommen. Versuchen Sie es später noch einmal.
letters-too-many = Diese Adresse hat in letzter Zeit mehrere E-Mails bekommen, darum wurde nichts gesendet. Die nächste kann nach { $until } hinausgehen.
suspension-after-mail-reset = Das Passwort wurde vor Kurzem per E-Mail neu gesetzt und darf darum bis { $until } nicht allein genügen. Wählen Sie den Support-Code.
desk-mail-reset = Das Passwort wurde vor Kurzem per E-Mail neu gesetzt. Wer das war, hat nur gezeigt, dass er das Postfach liest: Vergewissern Sie sich, wer fragt. Bis { $until } genügt das Passwort allein nicht.
sso-changed-meanwhile = Jemand hat diesen Anbieter inzwischen geändert. Es wurde nichts gespeichert. Öffnen Sie ihn erneut, um den jetzigen Stand zu sehen.
policy-fault-trusted-weak-factor = „{ $amr }“ steht für einen einzelnen schwachen Faktor. Was { $provider } damit sagt, kann keinen zweiten Schritt ersetzen. Nehmen Sie es von der Liste.

## Lists, and addresses that are taken
roster-mail-off = Es ist kein E-Mail-Versand eingerichtet, darum lässt sich keine Liste versenden. Laden Sie einzeln ein: Jede Einladung gibt Ihnen dann einen Link zum Weitergeben.
plan-stopped = { $n ->
    [one] 1 Einladung ist gesendet; dann stand etwas im Weg. Hier steht, was die Liste jetzt bewirkt; sehen Sie noch einmal hin.
   *[other] { $n } Einladungen sind gesendet; dann stand etwas im Weg. Hier steht, was die Liste jetzt bewirkt; sehen Sie noch einmal hin.
}
link-email-taken = Mit dieser Adresse gibt es schon ein Konto. Melden Sie sich damit an, oder lassen Sie sich an eine andere Adresse von Ihnen einladen.
letter-invitation-taken-title = Sie haben schon ein Konto
letter-invitation-taken-text = { $organisation } wollte Sie mit dieser Adresse zu einem Konto einladen. Sie gehört schon zu einem Konto, darum kann kein anderes sie haben. Nichts wurde geändert.
letter-invitation-taken-after = Wenn Sie mitmachen wollen, nennen Sie denen, die Sie einladen, eine andere Adresse von Ihnen. Mit dem Konto, das Sie haben, melden Sie sich bei { $host } an.

## Faktoren, die nicht dem Postfach zufallen dürfen
link-stopped-disabled = Niemand ist mehr angemeldet, und was seit Beginn der Aussetzung eingerichtet wurde, ist entfernt. Das war der einzige zweite Schritt Ihres Kontos, darum kann sich jetzt niemand anmelden: Wenden Sie sich an Ihre Administration, die sich vergewissert, dass Sie es sind, und das Konto wieder öffnet.
suspension-only-after-mail-reset = Das Passwort wurde vor Kurzem per E-Mail neu gesetzt und darf darum nicht allein genügen; eine andere Aussetzung kennt die Richtlinie dieser Organisation nicht. Möglich ist sie nach { $until }.
desk-remove-after-mail-reset = Das Passwort wurde vor Kurzem per E-Mail neu gesetzt. Ohne diesen Faktor würde das Postfach allein genügen, darum muss er bis { $until } bleiben. Lassen Sie die Person sich mit einem Support-Code anmelden und zuerst einen neuen Faktor einrichten.

## What can be written to the bot, in its menu

telegram-command-status = Für welche Konten ich frage
telegram-command-stop = Wie diese Fragen aufhören
telegram-command-help = Was ich tue und verstehe

## Das Telefon auf den Seiten

phone-add-title = Telefonnummer hinzufügen
phone-add-lead = Für den Tag, an dem nichts anderes zur Hand ist: Wir rufen diese Nummer an oder senden eine SMS, und Sie tippen die Ziffern ein.
phone-add-label = Telefonnummer
phone-add-hint = Mit Landesvorwahl, zum Beispiel +49 170 1234567.
phone-add-then-call = Danach rufen wir sie an, um zu sehen, dass sie Ihnen gehört. Niemand muss abheben.
phone-add-then-sms = Danach senden wir eine SMS dorthin, um zu sehen, dass sie Ihnen gehört.
phone-add-ends-sessions = { $n ->
    [0] Sie sind nirgendwo sonst angemeldet.
    [one] Sobald sie bestätigt ist, wird Ihre andere Sitzung abgemeldet. Diese bleibt.
   *[other] Sobald sie bestätigt ist, werden Ihre { $n } anderen Sitzungen abgemeldet. Diese bleibt.
}
phone-add-button = Weiter
phone-remove-title = Diese Nummer entfernen?
phone-remove-lead = { $number } wird nicht mehr angerufen.
phone-remove-last = Es ist Ihre einzige Nummer. Anrufe und SMS sind danach kein Weg mehr, sich anzumelden.
phone-remove-others-stay = Ihre anderen Nummern bleiben, wie sie sind.
phone-remove-button = Nummer entfernen
phone-remove-keep = Nummer behalten
phone-prove = Jetzt bestätigen
phone-drop = Entfernen
phone-unproved = Noch nicht bestätigt
phone-unproved-until = Sie können sie noch { $time } lang bestätigen ({ $clock }). Bis dahin meldet sie niemanden an.
phone-numbers-label = Telefonnummern
phone-numbers-full = { $n ->
    [one] Ihre Organisation erlaubt eine Nummer. Entfernen Sie sie, bevor Sie eine andere hinzufügen.
   *[other] Ihre Organisation erlaubt { $n } Nummern. Entfernen Sie eine, bevor Sie eine andere hinzufügen.
}
phone-number-add = Nummer hinzufügen
phone-row-needs = Das Telefon zählt nur neben einer anderen Methode: { $methods }. Richten Sie die zuerst ein.
phone-row-needs-any = Das Telefon zählt nur neben einer anderen Methode. Richten Sie die zuerst ein.
phone-row-asleep = Ihre Nummern zählen im Augenblick nicht: Die Methode, neben der sie stehen, ist aus. Sie bleiben hier, bis Sie sie entfernen.
phone-row-not-set-up = Dieser Dienst ruft niemanden an und sendet keine SMS. Fragen Sie den Support.
phone-strength-calls-why = Vier Ziffern sind leichter zu erraten als sechs, und wer Ihre SIM-Karte hat, bekommt Ihre Anrufe. Deshalb bestätigt ein Anruf nie eine Änderung.
phone-strength-sms-why = Wer Ihre SIM-Karte hat, hat den Code, und eine SMS kann unterwegs gelesen werden. Deshalb bestätigt sie nie eine Änderung.
list-or = { $list } oder { $last }
second-step-phone-title = Per Telefon anmelden
phone-prove-title = Nummer bestätigen
phone-prove-lead = Zeigen Sie, dass { $number } Ihnen gehört.
phone-remove-challenge-title = Entfernen bestätigen
phone-remove-challenge-lead = Um { $number } zu entfernen, bestätigen Sie, dass Sie es sind.
phone-another-number = Eine andere Nummer nehmen
phone-choose = Welche Nummer?
phone-calls-to = Wir rufen { $number } für ein paar Sekunden an. Niemand muss abheben: Der Code sind die letzten vier Ziffern der Nummer, die anruft.
phone-writes-to = Wir senden eine SMS mit sechs Ziffern an { $number }.
phone-explain-call = Wir rufen Sie für ein paar Sekunden an. Niemand muss abheben: Der Code sind die letzten vier Ziffern der Nummer, die anruft.
phone-explain-sms = Wir senden eine SMS mit einem Code aus sechs Ziffern.
phone-look-for = Achten Sie auf die Nummer, die Sie anruft. Der Code sind ihre letzten vier Ziffern; tippen Sie sie ein, während es klingelt oder danach.
phone-begins-with = Sie beginnt mit
phone-label-call = Code: die letzten vier Ziffern
phone-label-sms = Code: die sechs Ziffern der SMS
phone-call-me = Rufen Sie mich an
phone-call-again = Noch einmal anrufen
phone-sms = SMS senden
phone-sms-again = Noch eine SMS senden
phone-again-at = Sie können in { $time } noch einmal fragen ({ $clock }).
phone-nothing-more = Hier gibt es keine weiteren Anrufe und SMS. Wählen Sie einen anderen Weg, oder beginnen Sie später neu.
phone-nothing-more-to-prove = Hier gibt es keine weiteren Anrufe und SMS. Nehmen Sie eine andere Nummer, oder beginnen Sie später neu.
phone-reload = Noch einmal nachsehen
phone-stage-call = Der Anruf bei { $number } ist unterwegs.
phone-stage-ringing = { $number } klingelt.
phone-stage-sms = Die SMS an { $number } ist unterwegs.
phone-stage-sent = Die SMS an { $number } wurde gesendet. Sie kann eine Minute brauchen.
phone-stage-delivered = Die SMS ist bei { $number } angekommen.
phone-stage-undelivered = Die SMS hat { $number } nicht erreicht. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Weg.
phone-stage-missed = Diese Ziffern waren falsch, deshalb gilt der Code jenes Anrufs nicht mehr.
phone-stage-over = Der Code jenes Anrufs gilt nicht mehr.
phone-stage-sms-over = Der Code jener SMS gilt nicht mehr.
phone-some-number = (entfernte Nummer)
phone-code-wrong-call = Das sind nicht die letzten vier Ziffern, und der Code jenes Anrufs gilt nicht mehr. Fordern Sie einen neuen an. { $n ->
    [one] Sie haben noch 1 Versuch.
   *[other] Sie haben noch { $n } Versuche.
}
phone-code-late = Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.
phone-code-used = Dieser Code wurde schon benutzt. Fordern Sie einen neuen an.
phone-code-superseded = Diese Ziffern gehören zu einem früheren Anruf oder einer früheren SMS; nur das Letzte zählt.
phone-code-none-sent = Es wurde noch nichts angefordert, oder eine andere Anmeldung hat seither angefordert. Fordern Sie zuerst einen Anruf oder eine SMS an.
done-phone-added = Ihre Nummer ist bestätigt. Sie zählt ab jetzt.
done-phone-removed = Die Nummer wurde entfernt.
done-phone-dropped = Die Nummer wurde entfernt. Sie war noch nicht bestätigt.

## Telegram auf den Seiten

done-telegram-on = Telegram ist an.
done-telegram-off = Telegram ist aus.
done-telegram-unlinked = Das Telegram-Konto ist getrennt.
enrolment-with-telegram = Mit Telegram aktivieren
enrolment-done-asks-telegram = Bei der Anmeldung fragen wir Sie in Telegram.
ways-telegram = Telegram
ways-phone = eine Telefonnummer
home-protected-telegram-note = Bei der Anmeldung fragen wir Sie in Telegram.
home-protected-several-note = Bei der Anmeldung fragen wir nach einem davon.
telegram-why-restricted = Ein Telegram-Konto lässt sich selbst mit einer einzigen SMS öffnen. Es schützt deshalb weniger als eine App.
telegram-why-weak = Eine Antwort im Chat ist schnell aus Versehen gegeben, und ein Telegram-Konto lässt sich selbst mit einer einzigen SMS öffnen.
telegram-chats-label = Verknüpfte Telegram-Konten
telegram-chat-linked = Verknüpft
telegram-chat-blocked = Bot blockiert
telegram-chat-blocked-note = Unser Bot wurde dort blockiert, deshalb wird dort nicht gefragt. Geben Sie ihn in Telegram wieder frei, oder trennen Sie dieses Konto.
telegram-chat-unlink = Trennen
telegram-chats-full = { $n ->
    [one] Sie können 1 Telegram-Konto verknüpfen. Um es zu wechseln, trennen Sie zuerst dieses.
   *[other] Sie haben alle { $n } erlaubten Telegram-Konten verknüpft. Trennen Sie eines, um ein anderes zu verknüpfen.
}
telegram-step-begin = Beginnen
telegram-step-open = Bot öffnen
telegram-step-code = Code eingeben
telegram-start-title = In Telegram bestätigen
telegram-start-lead = Bei jeder Anmeldung fragt unser Bot Sie in Telegram, ob Sie es sind.
telegram-start-another-title = Noch ein Telegram-Konto verknüpfen
telegram-start-another-lead = Alle verknüpften Konten werden gefragt; die erste Antwort zählt.
telegram-start-how-title = So geht es
telegram-start-how = Sie öffnen in Telegram unseren Bot @{ $bot } und drücken auf Start. Er zeigt Ihnen einen Code, den Sie hier eingeben.
telegram-start-asks = Damit ist Telegram verknüpft und eingeschaltet.
telegram-ends-sessions = { $n ->
    [0] Wenn Sie fertig sind, bleiben Sie hier angemeldet. Ab dann fragt jede Anmeldung Sie in Telegram.
    [one] Wenn Sie fertig sind, wird Ihre andere Sitzung abgemeldet. Diese bleibt.
   *[other] Wenn Sie fertig sind, werden Ihre anderen { $n } Sitzungen abgemeldet. Diese bleibt.
}
telegram-start-button = Telegram verknüpfen
telegram-advice = Verknüpfen Sie nur ein Telegram-Konto, über das Sie allein verfügen. Sie stehen für alles ein, was jemand tut, der es öffnen kann.
telegram-link-title = Ein Telegram-Konto verknüpfen
telegram-link-open-title = Bot öffnen
telegram-link-open-text = Scannen Sie dies mit dem Telefon, auf dem Telegram ist, oder öffnen Sie es auf diesem Gerät. Drücken Sie dann im Chat mit @{ $bot } auf Start.
telegram-qr-alt = QR-Code, der den Bot in Telegram öffnet
telegram-link-open = Telegram öffnen
telegram-link-new-window = (in einem neuen Fenster)
telegram-link-once = Der Link gilt einmal und nur für Sie. Zeigen Sie ihn niemandem.
telegram-link-shown-before = Der Link stand einmal auf der Seite davor. Sobald der Bot Ihnen einen Code gezeigt hat, geht es hier weiter. Wenn Sie den Link nicht mehr haben, fordern Sie einen neuen an.
telegram-link-waits = Wir warten, bis Sie im Chat mit @{ $bot } auf Start drücken. Diese Seite geht von selbst weiter.
telegram-link-too-early = Über diesen Link hat noch niemand den Bot geöffnet. Drücken Sie zuerst in Telegram auf Start, dann geht es weiter.
telegram-link-left = Noch { $time } Zeit zum Verknüpfen
telegram-link-anew = Neuen Link anfordern
telegram-link-code-title = Code aus dem Chat eingeben
telegram-link-by = Den Bot hat geöffnet:
telegram-link-code-text = Der Bot zeigt dort sechs Ziffern. Geben Sie sie hier ein, um dieses Telegram-Konto zu verknüpfen.
telegram-link-code-label = Code aus dem Chat
telegram-link-confirm = Verknüpfen
telegram-link-not-yours = Ist das nicht Ihr Telegram-Konto? Dann geben Sie nichts ein, und fordern Sie einen neuen Link an.
telegram-link-wrong = { $n ->
    [one] Das ist nicht der Code aus dem Chat. Sie haben noch 1 Versuch.
   *[other] Das ist nicht der Code aus dem Chat. Sie haben noch { $n } Versuche.
}
telegram-link-over-title = Dieser Link gilt nicht mehr
telegram-link-over-text = Es hat zu lange gedauert, oder es gab zu viele falsche Codes. Es wurde nichts verknüpft. Fordern Sie einen neuen Link an.
telegram-link-refused-title = In Telegram abgelehnt
telegram-link-refused-text = Im Chat hat jemand „Das war ich nicht“ gedrückt. Es wurde nichts verknüpft. War es ein Versehen, fordern Sie einen neuen Link an.
telegram-link-another = Noch eines verknüpfen
telegram-done-title = Telegram ist verknüpft und an
telegram-done-another-title = Telegram-Konto verknüpft
telegram-done-lead = Verknüpft: { $name }
telegram-done-asks = Bei der Anmeldung fragt unser Bot Sie dort.
telegram-done-asks-all = Bei der Anmeldung werden alle verknüpften Konten gefragt. Die erste Antwort zählt.
telegram-done-refuse = Wenn Sie gefragt werden, ohne sich angemeldet zu haben, drücken Sie „Das war ich nicht“ und wählen ein neues Passwort.
telegram-on-title = Telegram wieder einschalten
telegram-on-lead = Bei jeder Anmeldung fragt unser Bot Sie in Telegram, ob Sie es sind.
telegram-on-asks = Diese Telegram-Konten sind noch verknüpft und werden gefragt:
telegram-on-button = Einschalten
telegram-off-title = Telegram ausschalten?
telegram-off-lead = Bei der Anmeldung werden Sie dann nicht mehr in Telegram gefragt.
telegram-off-stays-linked = Ihre Telegram-Konten bleiben verknüpft, damit Sie es wieder einschalten können.
telegram-unlink-title = { $name } trennen?
telegram-unlink-lead = Unser Bot fragt dort dann nichts mehr.
telegram-unlink-last = Es ist das einzige verknüpfte Konto; Telegram ist dann also aus.
telegram-off-challenge-title = Ausschalten bestätigen
telegram-off-challenge-lead = Danach fragen wir Sie nicht mehr in Telegram.
telegram-unlink-challenge-title = Trennen bestätigen
telegram-unlink-challenge-lead = Um { $name } zu trennen, bestätigen Sie, dass Sie es sind.
telegram-unlink-button = Trennen
telegram-step-title = In Telegram bestätigen
telegram-step-lead = Diese Änderung ist wichtig. Bestätigen Sie sie in Telegram.
telegram-step-match = Drücken Sie im Chat mit unserem Bot diese Zahl:
telegram-step-type = Schreiben Sie im Chat mit unserem Bot diese Ziffern:
telegram-step-tap = Drücken Sie im Chat mit unserem Bot auf „Ja, ich bin es“.
telegram-step-number = Die Zahl:
telegram-step-on-its-way = Die Frage ist auf dem Weg zu Telegram.
telegram-step-sent = { $n ->
    [one] Wir haben Sie in Telegram gefragt. Sobald Sie geantwortet haben, geht es hier weiter.
   *[other] Wir haben in { $n } Telegram-Konten gefragt. Sobald Sie in einem geantwortet haben, geht es hier weiter.
}
telegram-step-before = Wir fragen in Telegram nach, ob Sie es sind.
telegram-step-left = Noch { $time } Zeit für die Antwort in Telegram
telegram-step-late = Niemand hat rechtzeitig geantwortet. Fragen Sie noch einmal, oder wählen Sie einen anderen Weg.
telegram-step-blocked = Unser Bot wurde in Telegram blockiert und kann Sie deshalb nicht fragen. Geben Sie ihn dort wieder frei und fragen Sie noch einmal, oder wählen Sie einen anderen Weg.
telegram-step-down = Telegram ist gerade nicht zu erreichen. Wählen Sie einen anderen Weg, oder fragen Sie später noch einmal.
telegram-step-not-delivered = Telegram hat die Frage nicht angenommen. Fragen Sie noch einmal, oder wählen Sie einen anderen Weg.
telegram-step-held = Zwei Fragen wurden in Telegram abgelehnt. Bis { $time } wird dort nichts gefragt. Wählen Sie einen anderen Weg oder einen Browser, in dem Sie schon angemeldet waren.
telegram-step-ask = In Telegram fragen lassen
telegram-step-ask-again = Noch einmal fragen
telegram-step-again-at = In { $time } ({ $clock }) können Sie noch einmal fragen.
telegram-step-limited-until = Sie wurden oft gefragt. In { $time } ({ $clock }) können Sie noch einmal fragen.
telegram-step-limited = Sie wurden oft gefragt. Wählen Sie einen anderen Weg, oder kommen Sie später wieder.
telegram-step-no-more = Hier kann nicht mehr gefragt werden. Beginnen Sie neu, oder wählen Sie einen anderen Weg.
telegram-refused-title = In Telegram abgelehnt
telegram-refused-lead = In Telegram war die Antwort „Das war ich nicht“ oder eine falsche Zahl. Deshalb wurde niemand eingelassen und nichts geändert.
telegram-refused-not-you = Wenn Sie das nicht selbst getan haben, kennt jemand Ihr Passwort. Wählen Sie ein neues.
telegram-refused-password = { $inside ->
    [yes] Passwort ändern
   *[no] Neues Passwort setzen
}
telegram-refused-mistake = Wenn Sie es waren und nur die Antwort ein Versehen war, beginnen Sie neu.

## The demo's phones and chats
demo-ways = Zweiter Schritt
demo-about-every-way = Wird zuerst in Telegram gefragt. Hat auch eine Authenticator-App und zwei Telefonnummern.
demo-about-two-chats = Wird in zwei Telegram-Chats zugleich gefragt: Die erste Antwort zählt.
demo-about-with-phone = Fragt nach einem Code seines Tablets. Ist das nicht zur Hand, wird sein Telefon angerufen: über einen anderen Weg.
demo-about-to-link = Noch nichts eingerichtet: Kims Telegram verknüpfen, eine App oder eine beliebige Telefonnummer hinzufügen.
demo-tray-parts = Auf dieser Seite
demo-phones = Telefone
demo-phones-text = Jede Nummer, die ein Konto hat, mit ihren Anrufen und SMS. Die letzten vier Ziffern der anrufenden Nummer sind der Code.
demo-phones-empty-title = Noch keine Nummern
demo-phones-empty-text = Fügen Sie einem Konto eine Telefonnummer hinzu. Dann erscheint hier ihr Telefon.
demo-phone-nobody = Kein Konto hat sie
demo-phone-quiet = Keine Anrufe, keine Nachrichten
demo-call-incoming = Eingehender Anruf
demo-call-rings = Das Telefon { $number } klingelt. { $caller } ruft an.
demo-call-answer = Annehmen
demo-call-decline = Ablehnen
demo-call-missed = Verpasster Anruf
demo-call-declined = Abgelehnter Anruf
demo-call-answered = Angenommener Anruf
demo-sms = SMS
demo-chats = Telegram
demo-chats-text = Die Chats mit dem Bot @{ $bot }. Seine Knöpfe funktionieren, und er versteht /help.
demo-chat-linked = Verknüpft mit
demo-chat-not-linked = Mit keinem Konto verknüpft
demo-chat-bot = Der Bot
demo-chat-edited = bearbeitet
demo-chat-toast = Antwort auf den letzten Druck: { $text }
demo-chat-write = Nachricht von { $name } an den Bot
demo-chat-send = Senden
demo-chat-block = Bot blockieren
demo-chat-unblock = Bot wieder freigeben
demo-chat-blocked = Hat den Bot blockiert, deshalb kommt hier nichts an.
demo-open-chat-title = Wer öffnet diesen Link?
demo-open-chat-text = Er führt in den Chat mit dem Bot. Wer dort beginnt, bekommt den Code für Ihren Browser.
demo-open-chat-start = Als { $name } beginnen

## Administration: calls and SMS, and how they and Telegram get out

admin-spending = Anrufe und SMS
spending-lead = Was Anrufe und SMS kosten und was jene aufhält, die daran verdienen wollen. Kosten stehen in der Währung dessen, der den Server betreibt.
spending-not-set-up = Auf dieser Installation ist weder eine Leitung für Anrufe noch ein Weg für SMS eingerichtet; es wird also niemand angerufen und nichts gesendet. Wer den Server betreibt, kann beides einrichten.
spending-stopped = Gesperrte Vorwahlen
spending-stopped-note = Nummern, die so beginnen, bekommen in der ganzen Installation weder Anrufe noch SMS, bis die Stunde vorbei ist. Öffnen Sie eine nur wieder, wenn Sie wissen, warum ihre Codes nicht zurückkommen.
spending-is-stopped = Gesperrt
spending-since = Seit
spending-until = öffnet sich von selbst { $time }
spending-reopen = Wieder öffnen
breaker-too-few = Zu wenige ihrer Codes kamen zurück: Vielleicht verdient jemand daran.
breaker-in-sequence = Benachbarte Nummern wurden der Reihe nach angefragt, und ihre Codes kamen nicht zurück.
spending-spent = Ausgegeben in den letzten 24 Stunden
spending-of-budget = { $share } % von { $budget }, dem Budget für 24 Stunden
spending-no-budget = Es ist kein Budget festgelegt
spending-calls-today = Anrufe heute
spending-sms-today = SMS heute
spending-days = Die letzten sieben Tage
spending-none-title = Noch keine Anrufe und keine SMS
spending-none-text = Hier stehen Zahlen, sobald der erste Code an ein Telefon geht.
spending-cut = Es gab mehr Anrufe und SMS, als hier gezählt werden. Die ältesten fehlen.
spending-chart = Anrufe und SMS nach Tagen
spending-chart-about = In sieben Tagen { $calls } Anrufe und { $sms } SMS.
spending-calls = Anrufe
spending-sms = SMS
spending-cost = Kosten
spending-days-note = Tage sind die der UTC; der heutige ist noch nicht vorbei.
spending-prefixes = Wie es Codes ergeht, nach Vorwahl
spending-prefixes-note = In den letzten 24 Stunden. Ein Code kommt zurück, wenn er richtig eingegeben wurde. Von hundert sind 60 bis 80 üblich; unter 30 von hundert der neuesten 50 wird die Vorwahl gesperrt.
spending-prefix = Vorwahl
spending-begun = Anrufe und SMS
spending-rang = Geklingelt
spending-answered = Zurückgekommen
spending-guards = Was nicht geschah, und warum
spending-guards-none = In den letzten 24 Stunden stand keinem Anruf und keiner SMS etwas entgegen.
spending-guards-note = In den letzten 24 Stunden; je Konto und Netz zählt einer in der Minute. Der Person wird wenig gesagt, damit niemand erfährt, wo die Grenzen liegen.
spending-guards-log = Jeden im Protokoll ansehen
spending-guard = Was dagegen stand
spending-times = Wie oft
spending-pools = Nummern, die anrufen
spending-pools-note = Der Code eines Anrufs ist das Ende der Nummer, die anruft. Es zählt, wie viele verschiedene Endungen es gibt.
spending-pool = Überall, wo es keine eigenen gibt
spending-pool-thin = Wenige
spending-pool-endings = { $n } verschiedene Endungen: Von { $n } Vermutungen ist eine richtig. Fremde haben bei einem Konto höchstens zwei falsche Antworten am Tag und fünf in 30 Tagen.
spending-pool-more = Wer den Server betreibt, sollte mehr mieten: Ab { $enough } gibt es keine Warnung.
spending-destinations = Wohin Anrufe und SMS gehen dürfen
spending-destinations-note = Länder, ganz oder teilweise. Nummern anderer Länder lassen sich nicht hinzufügen. Wer den Server betreibt, ändert die Liste.
done-prefix-open = Die Vorwahl ist wieder offen. Was vorher gesendet wurde, zählt nicht mehr gegen sie.
courier-telegram = Telegram-Bot
courier-calls = Anrufe
courier-sms = SMS
courier-answered = Zuletzt geantwortet
courier-not-answered = Zuletzt nicht geantwortet
courier-probed-note = Telegram, Anrufe und SMS werden alle 45 Sekunden erprobt. Mehr sieht an der Kommandozeile, wer den Server betreibt.
couriers-channels = Telegram, Anrufe und SMS in einem Tag
couriers-channels-note = In der ganzen Installation.
channel-telegram = Telegram-Nachrichten
channel-call = Anrufe
channel-sms = SMS
channel-name = Weg
channel-waiting = Warten
channel-sent = Hinausgegangen
channel-failed = Nicht angenommen, zu spät oder verloren
member-chats = Telegram-Konten
member-phones = Telefonnummern
desk-chat-blocked = hat den Bot blockiert

## The policy: Telegram, calls and SMS

policy-group-telegram = Telegram
policy-group-phone = Anrufe und SMS
policy-no-mail = Auf dieser Installation ist keine E-Mail eingerichtet; deshalb kann niemand diese Methode aktivieren.
policy-no-telegram = Auf dieser Installation ist kein Telegram-Bot eingerichtet; deshalb kann niemand diese Methode aktivieren.
policy-no-phone = Auf dieser Installation ist weder eine Leitung für Anrufe noch ein Weg für SMS eingerichtet; deshalb kann niemand diese Methode aktivieren.
policy-no-calls = Auf dieser Installation ist keine Leitung für Anrufe eingerichtet; es wird niemand angerufen.
policy-no-sms = Auf dieser Installation ist kein Weg für SMS eingerichtet; es wird keine gesendet.
policy-missing-here = Auf dieser Installation noch nicht zu haben
rule-telegram-style-why = Die Zahl, die zwischen Browser und Chat getragen wird, bewahrt davor, blind zu bestätigen. Sechs getippte Ziffern sind am sichersten; von drei Zahlen zur Auswahl ist eine durch Zufall richtig; ein einziger Knopf beweist am wenigsten.
rule-telegram-accounts-max-why = Bei jeder Anmeldung werden alle gefragt, und die erste Antwort zählt.
rule-calls-why = Waren so viele Anrufe einer Anmeldung vergeblich, geht der nächste Code per SMS. 0: Es wird niemand angerufen.
rule-sms-why = Sechs Ziffern statt der vier eines Anrufs. Wo nicht angerufen wird, geht die SMS sofort hinaus.
rule-phone-numbers-max-why = Jede wird beim Hinzufügen durch einen Anruf oder eine SMS bestätigt. Jede weitere kann zum Klingeln gebracht werden.
rule-phone-in-new-browsers-why = Sonst hilft das Telefon nur in Browsern, in denen schon einmal eine Anmeldung gelang.
rule-needs-phone = Das Telefon zählt nur neben einem von diesen
rule-needs-phone-why = Ist keines gewählt, genügt jede Methode, die keine Ersatzmethode ist. Wird das letzte davon abgeschaltet, zählt das Telefon nicht mehr.

## Wege, die warten müssen

telegram-held = Vor Kurzem wurden zwei Fragen in Telegram abgelehnt, deshalb wird dort vorerst nichts gefragt. Wählen Sie einen anderen Weg oder einen Browser, mit dem Sie sich schon einmal angemeldet haben.
telegram-held-until = Vor Kurzem wurden zwei Fragen in Telegram abgelehnt, deshalb wird dort bis { $until } nichts gefragt. Wählen Sie einen anderen Weg oder einen Browser, mit dem Sie sich schon einmal angemeldet haben.
other-ways-held-telegram = Erst nach { $time }, weil dort zwei Fragen abgelehnt wurden
