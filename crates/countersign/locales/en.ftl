### The portal in English. Plain, kind, short; an error says what to do next.

## Time, and things on every page

time-just-now = just now
time-minutes-ago = { $n ->
    [one] 1 minute ago
   *[other] { $n } minutes ago
}
time-hours-ago = { $n ->
    [one] 1 hour ago
   *[other] { $n } hours ago
}
time-days-ago = { $n ->
    [one] 1 day ago
   *[other] { $n } days ago
}
duration-seconds = { $n ->
    [one] 1 second
   *[other] { $n } seconds
}
duration-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
duration-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
duration-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
time-month = { $n ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
time-date = { $day } { $month } { $year }
time-clock = { $time } UTC
time-exact = { $date }, { $time }
skip-to-content = Skip to content
foot-product = Two-factor sign-in by { $product }
last-used = Last used
never-used = Not used yet
sign-out = Sign out
cancel = Cancel
continue = Continue
form-look-again = Please look at this again:
nav-home = Overview
nav-profile = Profile
nav-sessions = Sessions
nav-activity = Activity
nav-tokens = API tokens

## What a preset may call things

wording-menu-account = Account
wording-menu-personal-data = Personal data
wording-tab-security = Security
wording-tab-security-and-credentials = Security and credentials
wording-enable-enable = Enable
wording-enable-launch = Launch
wording-confirm-confirm = Confirm
wording-confirm-validate = Validate
wording-confirm-complete-activation = Complete activation
wording-confirm-verify = Verify

## Sign in, sign up

sign-in-title = Sign in
sign-in-button = Sign in
sign-in-link = Sign in
to-sign-in = Go to sign-in
sign-in-new-here = New here?
sign-in-wrong = This e-mail address and password do not match. Check both and try again.
sign-in-puzzle = Your browser could not finish a short check. Please sign in again.
sign-in-known-browsers = There were too many wrong passwords for this account. For now, sign in from a browser you have used here before, or ask { $organisation } for help.
sign-in-busy = We could not check this just now. Your password was not judged. Please try again in a moment.
too-many = Too many attempts. Wait a little, then try again.
too-many-until = Too many attempts. You can try again in { $time } ({ $clock }).
email-label = E-mail address
password-label = Password
new-password-label = New password
password-show = Show password
password-hide = Hide password
password-hint = At least { $n } characters. Four or more words that have nothing to do with each other work well.
puzzle-working = Checking your browser. This takes a few seconds.
puzzle-done = Your browser is checked. You can sign in.
puzzle-without-script = There were many wrong attempts for this account. To sign in now, please turn on JavaScript, or try again tomorrow.
forgotten-title = Forgotten your password?
forgotten-text = Ask the support of { $organisation } for a reset link. It opens a page where you choose a new password. Your second step stays as it is.
forgotten-lead = Tell us the e-mail address of your account. We send you a link to choose a new password. Your second step stays as it is.
forgotten-button = Send the link
forgotten-done-title = Look at your e-mail
forgotten-done-text = If there is an account with this address, an e-mail is on its way. Its link works for 30 minutes.
letter-not-there = Nothing there after a few minutes? Look into your spam folder, too.
sign-up-title = Create your account
sign-up-lead = For your account at { $organisation }.
sign-up-button = Create account
sign-up-link = Create an account
sign-up-have-account = Already have an account?
sign-up-done-title = Almost there
sign-up-done-text = If this e-mail address had no account yet, it has one now. Sign in with your password.
sign-up-letter-text = We have written to this e-mail address. Open the link in the e-mail within 24 hours, and your account is ready.
display-name-label = Your name
display-name-hint = This is how we greet you.
save-password = Save password
link-first-title = Welcome. Make the first administrator
link-first-lead = This account manages the installation. You will set up two-factor authentication next.
link-invitation-title = Join { $organisation }
link-invitation-lead = Choose a name and a password. Then your account is ready.
link-reset-title = Choose a new password
link-reset-lead = All your sessions will be signed out. Your second step stays as it is.
link-over-title = This link has ended
link-over-text = It was used already, or it is too old. Ask { $organisation } for a new one.
link-is-another = You have opened another link meanwhile, and this is its page. Nothing was done yet.
link-over-by-mail = To confirm your address, sign in and have the e-mail sent again. For a new password, ask for another e-mail.
link-account = Account
link-address = E-mail address
link-sign-up-title = Your account at { $organisation }
link-sign-up-lead = Confirm that this address is yours. Then your account is ready and you are signed in. Do so only if you asked for it yourself.
link-sign-up-hint = Type the password you chose when you signed up.
link-sign-up-wrong = This is not the password that was chosen. If you did not sign up, ignore the e-mail.
link-sign-up-button = Create my account
link-confirm-title = Confirm your e-mail address
link-confirm-lead = Confirm that this address is yours. From then on, codes can reach you here.
link-confirm-button = Confirm this address
link-new-address-title = Confirm your new e-mail address
link-new-address-lead = As soon as you confirm this address, it takes the place of the former one. You then sign in with it.
link-undo-title = Undo the change of address
link-undo-lead = Your account gets this address back. Every session ends, and nothing can be changed until you have chosen a new password, which comes next.
link-undo-button = Undo the change
link-not-me-title = Secure your account
link-not-me-lead = Every session ends, also yours, with API tokens and recognised browsers. Nothing can be changed until you have chosen a new password, which comes next. Your second step stays as it is.
link-not-me-button = This was not me
link-mail-waits = If you use codes by e-mail: after a reset by e-mail, they wait 24 hours in browsers that you have not signed in with before.
link-confirmed-title = Your address is confirmed
link-confirmed-text = You can close this page, or go on to your account.
link-changed-title = You have a new e-mail address
link-changed-text = From now on, sign in with it. For 72 hours, the former address can undo the change.
link-taken-title = This address is taken

## Second step

second-step-title = Enter your code
second-step-lead = Open your authenticator app and type the 6-digit code it shows.
second-step-account = Signing in as
code-label = 6-digit code
code-hint = The code changes every 30 seconds.
code-malformed = A code has 6 digits. Type the one your app shows.
code-wrong = { $n ->
    [0] That code is not right.
    [one] That code is not right. You have 1 try left.
   *[other] That code is not right. You have { $n } tries left.
}
code-late = That code has expired; enter the one your app shows now.
code-used = That code was already used. Wait for the next one.
clock-help-link = Codes do not work? Check the clock of your device
second-step-left = { $time } left to enter a code
second-step-over-title = Please start again
second-step-over-text = This took too long, or there were too many wrong codes. Nothing was changed.
start-again = Start again
try-another-way = Try another way
second-step-cannot-use = I can't use any of these
cancel-and-sign-out = Cancel and sign out
back-to-code = Back to the code
back-to-set-up = Back to the set-up
other-ways-title = Choose another way
other-ways-lead = How do you want to confirm that it is you?
other-ways-only-one = This is the only way your account has.
other-ways-any-device = If you have several devices, any of them will do.
step-up-title = Confirm it's you
step-up-code-lead = This change is important. Type the 6-digit code from your authenticator app.
step-up-password-lead = This change is important. Type your password once more.
remove-challenge-title = Confirm the removal
remove-challenge-lead = To remove “{ $name }”, type a 6-digit code from your authenticator app.
remove-device-button = Remove device

## Account

save = Save
change = Change
rename = Rename
remove = Remove
added = Added
copy = Copy
copied = Copied
copy-failed = Please copy by hand
not-now = Not now
back-to = Back to { $place }
to-account = Go to your account
state-on = On
state-off = Off
state-suspended = Suspended
home-greeting = Hello, { $name }
home-last-sign-in = Your last sign-in was
home-protected-none = Your account is protected by your password only
home-protected-none-note = With a second step, a stolen password is not enough to get in. It takes about a minute.
home-protected = Your account is protected by { $ways }
home-protected-note = When you sign in, we ask for a code from your authenticator app.
home-suspended = Your second step is suspended
home-suspended-note = Support has suspended it until { $time }. Then your devices ask again.
home-set-up = Set it up
home-next = What to do next
home-second-device = Add a second device
home-second-device-note = If you lose one, the other still gets you in.
home-sessions = { $n ->
    [one] Look at 1 other session
   *[other] Look at { $n } other sessions
}
home-sessions-note = Sign out where you no longer need it.
language-label = Language
language-browser = As my browser asks
profile-sign-in = Signing in
password-row-note = You type it when you sign in.
password-title = Change password
current-password-label = Present password
password-ends-sessions = { $n ->
    [0] You stay signed in here.
    [one] Your other session will be signed out. This one stays.
   *[other] Your other { $n } sessions will be signed out. This one stays.
}

## Security

two-factor = Two-factor authentication
two-factor-gear = Manage two-factor authentication
two-factor-on = Every sign-in asks for a second step. Yours: { $ways }.
two-factor-off = Your password alone signs in. Set up a second step to protect your account.
two-factor-suspended = Suspended by support for a while.
methods-title = Ways to confirm that it is you
policy-required = { $organisation } asks everyone with an account like yours to use a second step.
policy-offered = A second step is your choice. We recommend it.
method-authenticator = Authenticator app
method-authenticator-about = An app on your phone shows a new code every 30 seconds.
method-email = Code by e-mail
method-email-about = At sign-in we send a six-digit code to your e-mail address.
method-support-code = Support code
method-support-code-about = A code that support reads out while it has suspended your second step.
method-recovery-key = Recovery key
method-recovery-key-about = A key on paper that signs you in once when everything else is lost.
method-sms = Code by SMS
not-on-offer = Not on offer
not-on-offer-sms = An SMS can be read or redirected on its way, and it needs network reception. An app works without both.
strength-phishing-resistant = Phishing-resistant
strength-phishing-resistant-why = It only works on the real page.
strength-strong = Strong
strength-strong-why = The key stays on your device and works without reception.
strength-restricted = Restricted
strength-restricted-why = It rests on a telephone number, which others can take over.
strength-weak = Weak
strength-weak-why = It is easier to get round than a code of an app.
strength-recovery = Recovery
strength-recovery-why = It is for the day when nothing else works.
devices-label = Devices
devices-full = { $n ->
    [one] You can have 1 device. To change it, remove this one first.
   *[other] You have all { $n } devices that are allowed. Remove one to add another.
}
add-device = Add a device
advice-own-device = Keep your codes on a device that only you control. You answer for what is done by anyone who has your password and your codes.
help-devices-link = How to use several devices
rename-title = Rename device
rename-lead = “{ $name }” gets a new name. Its codes stay the same.
device-name-label = Device name
device-name-hint = For example “My phone”. It helps you tell devices apart.
remove-title = Remove this device?
remove-lead = The codes of “{ $name }” will stop working at once.
remove-last = This is your last device. Without it, your password alone protects your account.
remove-last-required = This is your last device. { $organisation } asks for a second step, so you will set up a new one right after.
remove-others-stay = Your other devices stay as they are.
remove-asks-code = Next, we ask you to confirm that it is you.
keep-device = Keep it

## Set-up

set-up-title = Set up your authenticator app
set-up-lead = Three short steps. You need your phone.
set-up-another-lead = Your other devices stay as they are.
must-enrol-title = One more step to protect your account
must-enrol-lead = { $organisation } asks for a second step at sign-in. Set it up now; it takes about a minute. Then you can go on.
steps-label = Steps
step-app = Get an app
step-scan = Scan the QR code
step-code = Type the code
set-up-app-title = Get an authenticator app
set-up-app-text = Any authenticator app will do, and so does a programmable hardware token. You may have one already.
set-up-app-names = For example Google Authenticator, FreeOTP, Aegis, Microsoft Authenticator or Authy. All are free.
set-up-ends-sessions = { $n ->
    [0] When you finish, you stay signed in here. From then on, every sign-in asks for a code.
    [one] When you finish, your other session will be signed out. This one stays.
   *[other] When you finish, your other { $n } sessions will be signed out. This one stays.
}
set-up-show-qr = Yes, show my QR code
set-up-scan-title = Scan this QR code
set-up-scan-text = In your app, choose “+” or “Add account”. Then point the camera at this picture.
qr-alt = QR code with the key for your authenticator app. If you cannot scan it, use “I can't scan it” for the key as text.
qr-download = Download picture
key-show = I can't scan it
key-text = In your app, choose to type a key. Then type this:
key-settings = Kind: time-based. 6 digits, every 30 seconds.
key-copy = Copy key
set-up-several = You may scan it with several devices now. Do not leave pictures of it behind.
set-up-code-title = Type the code that your app shows
code-from-app = Code from your app
set-up-code-wrong = { $n ->
    [0] That code is not right. Start again.
    [one] That code is not right. Type the one your app shows now. You have 1 try left.
   *[other] That code is not right. Type the one your app shows now. You have { $n } tries left.
}
clock-fast = Your device's clock is about { $time } fast. Set it to automatic, then type the new code.
clock-slow = Your device's clock is about { $time } slow. Set it to automatic, then type the new code.
clock-how-to = How to correct the clock
set-up-step-left = New code in
seconds-short = s
set-up-left = { $time } left for this set-up
server-time = Our time is { $time }. Your phone should show the same minute.
set-up-cancel = Cancel set-up
set-up-done-title = Your second step is on
device-added-title = Your device is added
set-up-done-device = “{ $name }” now gives the codes for your sign-in.
set-up-done-asks = At sign-in, we ask for a code from your app.
set-up-done-sessions = { $n ->
    [0] You had no other sessions. This one stays.
    [one] Your other session was signed out. This one stays.
   *[other] Your other { $n } sessions were signed out. This one stays.
}
set-up-done-screenshots = If you saved a picture of the QR code, delete it now.
add-another-device = Add another device

## Sessions, activity

sessions-lead = Where you are signed in. End what you do not know.
session-this = This browser
session-end = End
signed-in-at = Signed in
sessions-end-others = End all other sessions
sessions-end-others-note = You stay signed in here.
sessions-only-this = You are signed in nowhere else.
device-on = { $browser } on { $system }
device-unknown = Unknown browser
activity-lead = What happened in your account.
activity-filter = Show
activity-all = Everything
activity-sign-ins = Sign-ins
activity-changes = Changes
activity-failures = Failed attempts
activity-empty-title = Nothing here
activity-empty-text = Nothing of this kind has happened yet.
activity-not-you = Was something not you?
pages-label = Pages
pages-newest = Newest
pages-older = Older

## API tokens

tokens-lead = Keys for your own programs. Treat them like passwords.
tokens-empty-title = No tokens
tokens-empty-text = You only need one if a program should use your account.
token-until = Valid until
token-expired = Expired
token-end = End
token-new = New token
token-new-lead = Give it only what the program needs.
token-name-label = Name
token-name-hint = For example the program that uses it.
token-scopes-label = It may
token-days-label = Valid for
token-make = Make token
token-made-title = Your new token
token-made-lead = “{ $name }” is ready.
token-made-once = Copy it now. We will not show it again.
token-made-label = Token
token-saved = I have saved it
scope-account-read = See the account
scope-sessions-read = See the sessions
scope-sessions-end = End sessions
scope-activity-read = See the activity

## Help

lost-title = You cannot do your second step?
lost-lead = It happens: a phone is lost, broken or new, or an e-mail does not come. You will get back in.
lost-first-title = Try this first
lost-first-other = Do you have another device that you set up here? Any of them will do.
lost-first-backup = Does your app keep a backup? Sign in to it on the new phone; your codes come back.
lost-first-offline = Your app needs no network. It also works abroad and in flight mode.
lost-support-title = Then ask support
lost-support-text = Tell the support of { $organisation } that you cannot do the second step. They help you get back in.
lost-then-title = What happens then
lost-then-check = Support checks that it is really you.
lost-then-suspend = They suspend your second step for a short time. Then your password signs you in, alone or with a code that they read out to you.
lost-then-remove = If a device is lost, tell them: its codes must stop working.
lost-then-again = Once the suspension is over, set up your new device.
lost-never-tell = Support never asks for your password or for a code. Do not tell them to anyone.
clock-title = When codes do not work
clock-lead = A code depends on the time. If the clock of your device is wrong, its codes do not fit. Set the clock to automatic.
clock-android-title = Android
clock-android-text = Settings → System → Date and time → switch on “Set time automatically”.
clock-iphone-title = iPhone
clock-iphone-text = Settings → General → Date & Time → switch on “Set Automatically”.
clock-computer-title = Computer
clock-computer-text = In the settings for date and time, switch on “Set time automatically”.
clock-token-title = Hardware token
clock-token-text = Its clock can drift over the years. Ask whoever gave it to you to set its time, or for a new one.
clock-after = Then wait for the next code and try again. Use each code only once.
devices-title = Several devices
devices-lead = If one device is lost, another still gets you in. There are four ways.
devices-own-title = One key for each device (best)
devices-own-text = Where your provider allows several devices, add each one under its own name. You can remove each alone.
devices-scan-title = Scan with all of them during set-up
devices-scan-text = The QR code stays on the page until you confirm it. Scan it with every device, then type a code from any of them.
devices-export-title = Export and import between apps
devices-export-text = Many apps can export their accounts and import them on another device. Do it without anyone watching.
devices-again-title = Remove it and set it up again
devices-again-text = Remove the device in your account and set it up anew with all devices at hand. Old codes stop working.
devices-screenshot-warning = A picture of the QR code is as good as the key. Keep it from others, and delete it when you are done.

## When something went wrong

error-400-title = We did not understand that
error-400-text = The page may be too old. Go back, reload it and try again.
error-401-title = Please sign in
error-401-text = Your session has ended. Sign in, and you can go on.
error-403-title = This is not allowed
error-403-text = The page may be too old, or your account may not do this. Go back, reload the page and try again.
error-404-title = This page does not exist
error-404-text = The address may be mistyped, or the thing is gone.
error-405-title = That is not possible here
error-405-text = This address does not take what was sent. Go back and try again from the page itself.
error-409-title = Somebody was faster
error-409-text = This was changed in the meantime. Look at it again, then try once more.
error-410-title = This is over
error-410-text = It took too long, or it was done already. Start again.
error-413-title = That was too much
error-413-text = What was sent is too long. Shorten it and try again.
error-415-title = We cannot read that
error-415-text = It was sent in a form that is not taken here. Go back and send it from the page itself.
error-422-title = Please look at it again
error-422-text = Some of what was typed will not do. Go back, correct it and try again.
error-428-title = One more check comes first
error-428-text = Go back and load the page again. Your browser will be checked, which takes some seconds.
error-429-title = A little too fast
error-429-text = There were too many attempts. Wait a little, then try again.
error-503-title = Not available just now
error-503-text = Nothing was changed. Please try again in a moment.
error-500-title = Something went wrong here
error-500-text = It was our fault, not yours. Please try again. If it happens again, tell support the number below.
error-until = Try again in { $time } ({ $clock }).
error-request = Number of this request:

## API reference, demo

api-reference = API reference
api-description = Machine-readable description (OpenAPI)
api-takes = Takes
api-answers = Answers
api-name = Name
api-place = Where
api-kind = Type
api-meaning = Meaning
api-required = required
api-status = Status
demo-title = Welcome to the demo
demo-lead = Everything here runs on your own machine and is thrown away when the demo stops.
demo-sign-in-title = Sign in
demo-sign-in-text = Take one of the ready accounts below.
demo-tray-title = The phones
demo-tray-text = When a code is asked for, look here: authenticator apps, calls and SMS, Telegram, and the mailbox of every account.
demo-tray-open = Open the phones
demo-api-text = Everything the pages do can be done by a program, too.
demo-accounts = Ready accounts
demo-shows = Shows
demo-throw-away = Ready accounts and the phones exist in the demo only. A real server refuses them.
demo-tray-lead = They show what your customers would get: codes, calls, SMS, chats and e-mails.
demo-app = Authenticator
demo-tray-empty-title = No accounts yet
demo-tray-empty-text = Set up an authenticator app in an account. It will appear here.
demo-next-code = Next: { $code }
demo-refresh = Refresh

## What was done

done-signed-out = You are signed out.
done-profile-saved = Your profile is saved.
done-password-saved = Your new password is saved. Your other sessions were signed out.
done-password-reset = Your new password is saved. Now sign in with it.
done-account-made = Your account is ready. Now sign in.
done-address-undone = Your former address is back, and every session has ended. Now choose a new password: changes stay locked until then.
done-account-secured = Every session has ended. Now choose a new password: changes stay locked until then.
done-device-renamed = The device has its new name.
done-device-removed = The device is removed. Its codes no longer work.
done-set-up-cancelled = The set-up was cancelled. Nothing was changed.
done-set-up-ended = The set-up took too long and has ended. Nothing was changed. You can start again.
done-session-ended = The session has ended.
done-others-ended = All other sessions have ended.
done-token-ended = The token has ended. It no longer works.
done-cancelled = Cancelled. Nothing was changed.
done-session-over = Your session has ended. Please sign in again.

## What is wrong with what was typed

email-fault-empty = Type your e-mail address.
email-fault-too-long = This address is too long. Check it.
email-fault-not-one-at = An e-mail address has one @, for example name@example.org.
email-fault-character = This address has a character that does not belong there, for example a blank.
email-fault-dots = Check the dots in this address.
name-fault-empty = Type a name.
name-fault-too-long = Use at most { $most } characters.
name-fault-character = Use letters, digits and common signs only.
password-fault-too-short = Use at least { $min } characters.
password-fault-too-long = Use at most { $max } characters.
password-fault-common = Many people use this password, so it is easy to guess. Choose another one.
password-fault-product = Do not use the name of this service in your password.
password-fault-organisation = Do not use the organisation's name in your password.
password-fault-email-name = Do not use your e-mail address in your password.
password-fault-email-domain = Do not use your e-mail provider's name in your password.
password-fault-display-name = Do not use your own name in your password.
change-refused-sign-in-again = Sign in again to change this.
change-refused-enrol-first = Set up your second step first.
change-refused-suspended = Support has suspended your second step. You can change this when the suspension is over.
change-refused-not-offered = Your organisation does not offer this.
change-refused-nothing-enrolled = There is no device to change.
change-refused-stronger-needed = Your organisation asks for a stronger second step to change this.

## What happened, in the activity

event-sign-up-made = Account created
event-sign-in-first-step-failed = Wrong password at sign-in
event-sign-in-first-step-refused = Sign-in refused after too many attempts
event-sign-in-first-step-passed = Right password, code asked for
event-sign-in-succeeded = Signed in
event-sign-in-under-suspension = Signed in without a code while the second step was suspended
event-second-step-failed = Wrong code
event-second-step-refused = Code refused after too many attempts
event-second-step-late = Expired code
event-second-step-used = Code that was already used
event-second-step-cancelled = Sign-in cancelled at the code
event-step-up-succeeded = Confirmed that it was you
event-sign-out = Signed out
event-session-ended = Session ended
event-sessions-ended-others = All other sessions ended
event-sessions-ended-all = All sessions ended
event-session-evicted = Oldest session ended, because there were too many
event-authenticator-set-up-started = Set-up of a device started
event-authenticator-added = Device added
event-authenticator-renamed = Device renamed
event-authenticator-removed = Device removed
event-password-changed = Password changed
event-password-reset = Password reset with a link
event-profile-changed = Profile changed
event-link-made = One-time link made
event-link-spent = One-time link used
event-suspension-started = Second step suspended by support
event-suspension-lifted = Suspension of the second step ended
event-account-added = Account added
event-account-disabled = Account disabled
event-account-enabled = Account enabled
event-api-token-made = API token made
event-api-token-ended = API token ended
event-policy-changed = Security policy changed
event-key-added = Encryption key added
event-key-activated = Encryption key activated
event-clock-reset = Clock mark taken back
event-key-retired = Encryption key retired
event-key-resealed = Stored secrets encrypted anew
event-authorisation-refused = Something was asked for that is not allowed

## What flows and the boundary say
password-current-wrong = That is not your present password.
password-missing = Type your password.
account-is-disabled = This account is disabled. Enable it first.
account-state-unchanged = The account is in that state already.
api-token-days = Choose between 1 and 365 days.
api-token-no-scope = Choose at least one thing that the token may do.
api-token-too-many = You have { $most } tokens already. End one that you no longer need.
authenticator-too-many = { $most ->
    [one] Your organisation allows one device. Remove it first to set up another.
   *[other] Your organisation allows { $most } devices. Remove one first to add another.
}
field-missing = This field is needed.
field-twice = This field came twice. Send it once.
field-unknown = There is no such field here. Leave it out.
field-wrong = This is not of the right kind or length.
language-unknown = Choose one of the languages in the list.
policy-changed-meanwhile = The policy was changed by somebody else meanwhile. Look at it and try again.
invitations-closed = This organisation is closed to invitations. Add the account with a password, or let invitations in with policy set-sign-up.
sign-up-not-open = Signing up is not open here. Ask your organisation for an invitation.
suspension-never-for-staff = A staff account is never opened by the password alone. Choose the support code.
suspension-not-in-policy = The security policy of this organisation does not allow this suspension.
suspension-nothing-enrolled = This account has no second step that could be suspended.
suspension-reason = Give a reason of at most 500 characters.
suspension-too-long = { $hours ->
    [one] The policy allows at most one hour.
   *[other] The policy allows at most { $hours } hours.
}
email-taken = There is an account with this address already.
email-is-the-present-one = That is the address you have now. Type another one.
address-taken-meanwhile = Somebody else uses this address by now. Sign in and choose another one.
address-confirmed-already = Your address is confirmed already.
address-needs-mail = This service sends no e-mail, so no address can be confirmed. Ask support.
reset-by-mail-not-set-up = This service sends no e-mail. Ask support for a link to choose a new password.
device-name-taken = You have a device of that name. Choose another name.
event-audit-purged = Old activity was deleted
code-empty = Type the code. It has 6 digits.
code-not-digits = A code has 6 digits and nothing else.
code-wrong-length = A code has 6 digits.
problem-malformed = Request not understood
problem-malformed-detail = The request could not be read. Check it, and send it again.
problem-forwarding = Forwarding header not understood
problem-forwarding-detail = A proxy in between does not say, or not in a way that counts, whom it asks for. Tell whoever runs this service.
problem-sign-in-needed = Please sign in
problem-sign-in-needed-detail = Your session has ended, or you have not signed in yet. Sign in and go on.
problem-forbidden = Not allowed
problem-forbidden-detail = Your account may not do this.
problem-foreign-request = Request from another site
problem-foreign-request-detail = This request did not come from one of our pages. Open the page here and try again.
problem-stale-form = This page is too old
problem-stale-form-detail = Go back, reload the page and try again. Nothing was changed.
problem-tls-needed = Only over HTTPS
problem-tls-needed-detail = Use the https address of this service.
problem-step-up-needed = Confirm that it is you
problem-step-up-needed-detail = This needs a fresh second step. Confirm, and try again.
problem-must-enrol = Set up your second step first
problem-must-enrol-detail = Your organisation asks for two-factor authentication. Set it up, and go on.
problem-not-found = Not found
problem-not-found-detail = There is nothing here, or it is not yours. Check the address.
problem-method = Not possible here
problem-method-detail = This address does not take that kind of request.
problem-conflict = Something changed meanwhile
problem-conflict-detail = Load it again and look before you try once more.
problem-too-large = Too much at once
problem-too-large-detail = The request is too large. Send less.
problem-media-type = Wrong kind of content
problem-media-type-detail = Send the kind of content that this address asks for.
problem-invalid = Please check what you typed
problem-invalid-detail = Some of it will not do. Correct it, and try again.
problem-too-many = Too many attempts
problem-too-many-detail = Wait a little, then try again.
problem-internal = Something went wrong here
problem-internal-detail = It is our fault, and it was logged. Try again; if it happens again, tell us the number below.
problem-unavailable = Not available right now
problem-unavailable-detail = Nothing was changed. Try again in a moment.
problem-busy = Very busy right now
problem-busy-detail = Many people are signing in. Try again in a few seconds.
problem-timeout = That took too long
problem-timeout-detail = Nothing is known to have changed. Look, and try again.
problem-wrong-credentials = E-mail address or password wrong
problem-wrong-credentials-detail = This e-mail address and password do not fit together.
problem-wrong-code = Wrong code
problem-wrong-code-detail = This code is wrong. Look at your authenticator app and try again.
problem-late-code = Code too late
problem-late-code-detail = This code has just run out. Enter the one that is shown now.
problem-used-code = Code already used
problem-used-code-detail = This code has been used. Wait for the next one.
problem-known-browsers-only = Only from a browser you have used before
problem-known-browsers-only-detail = There were too many wrong passwords for this account. Sign in from a browser you have used here before.
problem-over = This is over
problem-over-detail = It took too long, was answered already, or there were too many wrong codes. Start again.
problem-wrong-set-up-code = Wrong code
problem-wrong-set-up-code-detail = This code does not fit the key. Look at your authenticator app and try again.
problem-clock-wrong = Your device’s clock is wrong
problem-clock-wrong-detail = The key is right, but the clock of your device is not. Set it to automatic and try again.
problem-puzzle = A puzzle comes first
problem-puzzle-detail = There were many wrong attempts for this account. Solve the puzzle, and send the answer along.
problem-too-many-until = Try again after { $until }.

# What the demo's ready organisations and accounts show
demo-tray-pending = Being set up
demo-about-authenticator = Authenticator app only. Support may suspend the second step for a while.
demo-about-email-or-authenticator = Codes by e-mail or one authenticator app, never both.
demo-about-email-with-recovery-key = Codes by e-mail, a recovery key, and an app beside them. A second step is required of everybody here.
demo-about-messenger = Telegram first, an authenticator app and codes by e-mail beside it, calls and SMS as the way out.
demo-about-recommended = The authenticator app, with strict rules for changing an account.
demo-about-protected = Asks for a code of its phone.
demo-about-two-devices = Asks for a code of either of its two devices.
demo-about-plain = Nothing set up yet: set up an app and scan with the phone.
demo-about-must-enrol = Has to set up a second step before anything else.
demo-about-by-mail = Asks for a code that is sent by e-mail: look into the mailbox on the phone.
demo-about-with-key = Asks for a code by e-mail, and has a recovery key for the day the mailbox is out of reach.
demo-about-unverified = Has to confirm its e-mail address before it can set up a second step.
demo-letters = The mailbox
demo-letters-text = Every e-mail that was sent, the newest first. Links work here.
demo-letters-whole = The whole e-mail
demo-letters-empty-title = No e-mails yet
demo-letters-empty-text = Sign in to an account with codes by e-mail. The e-mail will appear here.
demo-about-suspended = Lost its phone: support lets the password alone sign in.
demo-about-administrator = An administrator: asks for a code of its phone. Try Administration at /admin.
demo-about-support = A support agent: asks for a code of its phone. Try the support desk at /support.

# What is refused about e-mail codes, recovery keys and addresses.
change-refused-save-key-first = Save your new recovery key first. Then everything else is open to you again.
change-refused-locked = Changes are locked to protect your account. Sign out, choose “Forgot your password?” and set a new password.
change-refused-confirm-address-first = Confirm your e-mail address first. Then you can switch two-factor authentication on.
change-refused-needs-another = Set up another method first: this one counts only beside it.
change-refused-excluded = Remove your authenticator app first. Codes by e-mail and an app exclude each other here.
change-refused-already-on = This is on already.
second-step-not-on-offer = This way is not on offer here. Choose another one.
second-step-held = Codes by e-mail have to wait, because the password was reset by e-mail a short while ago. Choose another way.
mail-not-set-up = This service sends no e-mail, so codes by e-mail can’t be switched on. Ask support.
recovery-key-empty = Enter your recovery key.
recovery-key-character = A recovery key has only letters and digits, in six groups of four. Check what you typed.
recovery-key-length = A recovery key has 24 characters, in six groups of four. Check what you typed.
recovery-key-mistyped = One character is mistyped. Compare each group with what you saved.
event-code-sent = Code sent by e-mail
event-code-refused = Code by e-mail refused: too many
event-email-codes-enabled = Codes by e-mail switched on
event-email-codes-disabled = Codes by e-mail switched off
event-recovery-key-made = Recovery key made; an earlier one no longer works
event-recovery-key-saved = Recovery key confirmed as saved
event-recovery-key-used = Recovery key used
event-recovery-key-voided = Recovery key no longer counts
event-address-confirmed = E-mail address confirmed
event-address-change-asked = Change of e-mail address asked for
event-address-change-dropped = Change of e-mail address dropped
event-address-changed = E-mail address changed
event-address-change-undone = Change of e-mail address undone
event-password-reset-asked = Link to set a new password asked for
event-account-secured = “This was not me”: all sessions ended, changes locked
event-sign-up-asked = Sign-up asked for
event-letter-given-up = E-mail could not be delivered
problem-must-save-key = Save your new recovery key first
problem-must-save-key-detail = You signed in with your recovery key. Make and save a new one, and go on.
problem-superseded-code = An earlier code
problem-superseded-code-detail = This code is from an earlier e-mail. Enter the one from the newest e-mail.
problem-no-code = No code was sent
problem-no-code-detail = There is no code that you could enter here, perhaps because another sign-in has asked for one since. Have a new one sent.
problem-held = This method has to wait
problem-held-detail = This method does not count here for now. Choose another way, or a browser you have signed in with before.
second-step-held-until = The password was reset by e-mail a short while ago, so a code by e-mail counts here again from { $until }. Choose another way, or a browser you have signed in with before.
second-step-no-more-codes = No more codes are sent for this sign-in. Use the newest one, or start again.
second-step-mail-off = This server can't send e-mail at the moment. Choose another way.
recovery-key-groups-wrong = These are not the two groups of your key. Compare them with what you saved.
recovery-key-not-this = This is not your present recovery key: another one was made meanwhile. Make a new one.
scope-mail-read = See how e-mail of the installation is delivered (administrators only)

## The second step by other methods

second-step-key-title = Enter your recovery key
second-step-key-lead = Type the key that you saved when you set up your second step.
second-step-key-left = { $time } left to enter it
step-up-mail-lead = This change is important. Type the code we send you.
remove-challenge-other-lead = To remove “{ $name }”, confirm that it is you.
email-on-challenge-title = Enter the code from your e-mail
email-off-challenge-title = Confirm with a code
email-off-challenge-lead = After this, no more codes come by e-mail.
key-challenge-title = Confirm that it is you
key-challenge-lead = Then we make your new recovery key. The old one stops working at that moment.
email-off-button = Switch off
recovery-key-wrong = { $n ->
    [0] That is not your recovery key.
    [one] That is not your recovery key. You have 1 try left.
   *[other] That is not your recovery key. You have { $n } tries left.
}
recovery-key-hint = Six groups of four letters and digits. Small letters are fine, dashes do not matter, and O and 0 or I, L and 1 may be confused.
recovery-key-once = It works once. After you have signed in, you make and save a new one.
mail-code-late = That code has expired; have another one sent.
mail-code-used = That code was already used. Have another one sent.
mail-code-superseded = That code is from an earlier e-mail; the newest one says { $reference }.
mail-code-superseded-none = That code is from an earlier e-mail. Have another one sent.
mail-code-none = There is no code for this sign-in at the moment. Have one sent.
mail-code-held = Codes by e-mail have to wait until { $time }, because your password was reset by e-mail a short while ago. Until then, take another way, or a browser you have signed in with before.
mail-code-sent-to = We sent a 6-digit code to
mail-code-goes-to = We send a 6-digit code to
mail-code-reference = The e-mail says
mail-code-on-its-way = The e-mail is on its way.
mail-code-delayed = Our mail server cannot be reached at the moment. We keep trying, and the e-mail comes as soon as it can. You need not wait: you can try another way.
mail-code-down = Our mail server cannot be reached at the moment, so a code may take a while. You can try another way.
mail-code-refused = Your mailbox did not take our e-mail. Try another way, or ask support.
mail-code-send = Send code
mail-code-send-again = Send another code
mail-code-again-at = You can have another one sent in { $time } ({ $clock }). Look into your spam folder, too.
mail-code-limited-until = Many codes were sent to you. You can have another one sent in { $time } ({ $clock }).
mail-code-limited = Many codes were sent to you. Try another way, or come back later.
mail-code-no-more = No more codes can be sent here. Start again, or try another way.
other-ways-app = A code that your app shows
other-ways-mail = A code to { $to }
other-ways-support-code = The code that support reads out to you
other-ways-key = The key that you saved; it works once
other-ways-held = Only after { $time }, because the password was reset by e-mail

## Codes by e-mail, recovery key, last showing

ways-devices = { $n ->
    [one] 1 device
   *[other] { $n } devices
}
ways-email = codes by e-mail
ways-key = a recovery key
list-and = { $list } and { $last }
disable = Disable
verify-now = Verify now
finish = Finish
accept = Accept
email-row-address = Codes go to { $email }.
key-row-saved = Made on { $date }, and saved.
key-row-unsaved = Made on { $date }, but not confirmed as saved. Make a new one if you do not have it.
key-row-new = New key
key-row-needs-method = You get one when you switch on another way first.
address-verified = Confirmed
address-unverified = Not confirmed
address-pending = Waits for its confirmation:
address-drop = Drop the change
home-protected-email-note = When you sign in, we send a code to your e-mail address.
home-protected-either-note = When you sign in, we ask for a code from your app or one by e-mail.
home-recovery-key = Save a recovery key
home-recovery-key-note = It lets you in when you have lost everything else.
home-mail-down = E-mails cannot get out at the moment, so codes by e-mail do not arrive. Look at the mail settings and at what the log says.
email-on-title = Get codes by e-mail
email-on-lead = At every sign-in, we send you a code. First, let us see that it arrives.
email-on-goes-to = We send a verification code to
email-on-then = On the next page you type it, and codes by e-mail are on.
email-on-key-follows = Then you make a recovery key, for the day your mailbox is out of reach.
email-on-ends-sessions = { $n ->
    [0] When you finish, you stay signed in here. From then on, every sign-in asks for a code.
    [one] When you finish, your other session will be signed out. This one stays.
   *[other] When you finish, your other { $n } sessions will be signed out. This one stays.
}
email-on-send = Send verification code
email-off-title = Switch off codes by e-mail?
email-off-lead = At sign-in, you will no longer be able to use a code by e-mail.
email-off-last = This is your last way. Without it, your password alone protects your account.
email-off-required = This is your last way. { $organisation } asks for a second step, so you will set up a new one right after.
email-off-others-stay = Your other ways stay as they are.
email-off-key-goes = Your recovery key stops working, too.
email-off-asks = Next, we send a code to
email-off-keep = Keep it on
set-up-ends-email = Codes by e-mail will be switched off when you finish. You can have one or the other.
set-up-or-email = Use codes by e-mail instead
last-showing-title = Your key, one last time
last-showing-lead = “{ $name }” is set up. If you want to keep a copy of its key, now is the moment.
last-showing-warning = This QR code and this key will not be shown again. Whoever has them can make your codes: keep a copy where only you can reach it.
last-showing-ends = Both buttons end this showing. It also ends by itself after 10 minutes.
key-first-title = Make your recovery key
key-first-lead = It lets you in when you have lost everything else.
key-new-title = Make a new recovery key
key-new-lead = Your present key stops working the moment the new one is made.
key-unsaved-title = Your recovery key was not saved
key-unsaved-lead = It was shown once and cannot be shown again. If you do not have it, make another one.
key-used-title = Make a new recovery key
key-used-lead = You signed in with your recovery key. It is used up; make and save a new one.
key-made-at = Your present key was made
key-shown-at = It was shown
key-what-shown = You see the key once. Nobody can show it to you again, not even support.
key-what-once = It signs you in once, together with your password.
key-what-paper = Keep it on paper or in a password manager, not in your mailbox.
key-asks-proof = Next, we ask you to confirm that it is you.
key-make = Show my recovery key
key-shown-title = Save your recovery key
key-shown-lead = This is the only time you see it.
key-download = Download
key-print = Print
key-guard = Guard it like a password. Whoever has it and your password gets into your account.
key-prove-title = Show that you saved it
key-prove-text = From what you saved, type group { $first } and group { $second }.
key-group = Group { $n }
key-file-title = { $product }: recovery key
key-file-organisation = For your account at { $organisation }
key-file-account = Account: { $account }
key-file-made = Made: { $time }
key-file-how = How to use it: sign in with your password, choose “Try another way” and then the recovery key.
key-file-once = It works once. After that you make a new one.
key-file-guard = Guard it like a password, and keep it apart from your other devices.
lost-first-ways = Does the page of the second step offer another way? Look at “Try another way”: a code by e-mail may do.
lost-first-key = Did you save a recovery key? It lets you in once, together with your password.
done-authenticator-on = Your authenticator app is set up. One thing is left: your recovery key.
done-email-codes-on = Codes by e-mail are on.
done-email-codes-off = Codes by e-mail are off.
done-recovery-key-saved = Your recovery key is saved. You are all set.
done-recovery-key-replaced = That key can no longer be confirmed. Another one was made, or it is saved already.
address-title = Change your e‑mail address
address-lead = You sign in with it, and codes and news of your account go there.
address-present = Present address
address-new = New address
address-new-hint = We send an e-mail there. The change counts once you open its link and confirm.
address-ask = Send the e-mail
address-then = Your present address is told of it, and can undo the change for 72 hours.
confirm-first-title = First, confirm your e-mail address
confirm-first-lead = Two-factor authentication needs an address that is really yours.
confirm-first-goes-to = We send an e-mail with a link to
confirm-first-then = Open the link in the e-mail. Then come back here and go on.
confirm-first-done = I have opened the link
done-confirmation-sent = We sent you an e-mail. Open its link and confirm your address there.
done-address-asked = If that address is free, an e-mail is on its way there. The change counts once you open its link and confirm.
done-address-dropped = The change is dropped. Your address stays as it is.

## E-mails

letter-foot = Sent by { $host } for { $organisation }.
letter-support = Do you need help? { $contact }
letter-greeting = Hello { $person },
letter-bundled = This happened { $n } times in the last hour, last at { $time }.
letter-bundled-some-time = This happened { $n } times in the last hour.
letter-for = For
letter-method = Method
letter-email = E-mail address
letter-email-new = New address
letter-email-former = Former address
letter-email-withdrawn = Address that was undone
letter-when = When
letter-address = From
letter-device = With
letter-paused-until = Suspended until
letter-link-until = It works once, until { $time }.
letter-link-life = It works once, for up to { $life }.
letter-link-by-hand = If the button does nothing, copy this address into your browser:
letter-confirm-button = Confirm my address
letter-new-password-button = Choose a new password
letter-not-you = Was this not you?
letter-not-you-secure = Then secure your account. Every session ends, and nothing can be changed until you have chosen a new password.
letter-not-you-by-hand = Then sign in at { $host }, change your password and end the sessions you do not know.
letter-not-you-button = This was not me
letter-for-sign-in = Signing in
letter-for-step-up = Confirming that it is you, before a change
letter-for-remove-authenticator = Removing an authenticator
letter-for-enable-email = Switching codes by e-mail on
letter-for-disable-email = Switching codes by e-mail off
letter-for-new-recovery-key = Making a new recovery key
letter-code-sign-in-title = Your sign-in code
letter-code-title = Your code to confirm that it is you
letter-code-text = Type this code on the page that is waiting for it.
letter-code-reference = This e-mail answers request { $reference }; the page shows the same four characters.
letter-code-until = The code works once and for { $life }, until { $time }.
letter-code-life = The code works once and for { $life }.
letter-code-guard = Type it only at { $host }. Nobody of us ever asks for it, neither by phone nor by e-mail.
letter-code-not-you = You did not ask for it? Then tell it to nobody, and change your password: somebody else may know it.
letter-password-reset-title = Choose a new password
letter-password-reset-text = Somebody asked for a new password for your account. If it was you, choose it now. Your second step stays as it is.
letter-password-reset-after = If it was not you, ignore this e-mail: your password stays as it is.
letter-sign-up-title = Finish your sign-up
letter-sign-up-text = Confirm that this address is yours. Then your account is ready.
letter-sign-up-after = If you did not ask for an account, ignore this e-mail: none is made.
letter-sign-up-taken-title = You already have an account
letter-sign-up-taken-text = Somebody tried to make an account with this address. It has one already, and nothing was changed.
letter-sign-up-taken-after = If it was you, sign in at { $host }. There you can also ask for a new password.
letter-confirm-address-title = Confirm your e-mail address
letter-confirm-address-text = Confirm that this address is yours. From then on, codes can reach you here.
letter-confirm-address-after = If you have no account there, ignore this e-mail: the address stays unconfirmed.
letter-confirm-new-address-title = Confirm your new e-mail address
letter-confirm-new-address-text = Somebody wants to use this address for an account. As soon as you confirm it, it takes the place of the former one.
letter-confirm-new-address-after = If it was not you, ignore this e-mail: nothing is changed.
letter-address-change-asked-title = A new e-mail address was asked for
letter-address-change-asked-text = Your account is to get another e-mail address. This one stays until the other is confirmed.
letter-address-changed-title = Your e-mail address was changed
letter-address-changed-text = Your account has another e-mail address now.
letter-address-changed-button = Undo the change
letter-address-changed-after = If you know of this, there is nothing to do. If it was not you, act now: undo the change, or ask for help.
letter-address-is-now-title = This is your new e-mail address
letter-address-is-now-text = From now on, your account uses this address.
letter-address-change-undone-title = The change of address was undone
letter-address-change-undone-text = Your account has its former e-mail address again.
letter-address-change-undone-after = If you had not asked for the change, somebody may know your password. Choose a new one at { $host }.
letter-method-added-title = A sign-in method was added
letter-method-added-text = Your account has one more way to confirm that it is you.
letter-method-removed-title = A sign-in method was removed
letter-method-removed-text = Your account has one way less to confirm that it is you.
letter-authenticator-renamed-title = An authenticator was renamed
letter-authenticator-renamed-text = One of your devices has a new name. Its codes stay the same.
letter-recovery-key-made-title = A new recovery key was made
letter-recovery-key-made-text = It gets you in once if you have lost everything else. An earlier key no longer works.
letter-recovery-key-used-title = Your recovery key was used
letter-recovery-key-used-text = Somebody signed in with your password and your recovery key. That key no longer works.
letter-password-changed-title = Your password was changed
letter-password-changed-text = From now on, only the new password works.
letter-password-was-reset-title = Your password was reset
letter-password-was-reset-text = Somebody chose a new password through a one-time link. Your second step stayed as it was.
letter-new-browser-title = Sign-in from a new browser
letter-new-browser-text = Somebody signed in to your account with a browser that we had not seen there before.
letter-wrong-second-step-title = Right password, wrong second step
letter-wrong-second-step-text = Somebody signed in with your password, but gave a wrong answer at the second step. That did not let them in.
letter-entered-after-failures-title = Sign-in after failed attempts
letter-entered-after-failures-text = Somebody signed in to your account after several wrong second steps.
letter-entered-under-suspension-title = Sign-in while your second step is suspended
letter-entered-under-suspension-text = Support has suspended your second step, and somebody signed in meanwhile.
letter-account-secured-title = Your account is secured
letter-account-secured-text = Somebody chose “This was not me”. Every session has ended, and nothing can be changed until you have chosen a new password.
letter-account-secured-after = You can ask for a new password on the sign-in page of { $host }, too.
letter-test-title = Test e-mail
letter-test-text = This is a test e-mail. Whoever reads it knows that this server can send e-mail.

## Support desk: asking for help

request-lost-phone = My phone or device is lost, stolen or broken
request-new-phone = I have a new phone, and the codes are not on it
request-no-codes = The codes do not come, or are not accepted
request-other = Something else
request-lost-label = What happened?
request-lost-missing = Choose what fits best.
request-email-hint = The one you sign in with. Support answers there.
request-message-label = In your own words (optional)
request-message-hint = Whatever helps support to understand. No passwords and no codes.
request-button = Ask support
request-or-contact = You can also reach support here:
request-then-queue = Your request joins the queue of { $organisation }’s support. Whoever has waited longest comes first.
request-how-long = People answer, not machines: it may take hours, or until the next working day. You need not keep this page open.
request-too-many = Support already has several requests like this. They still wait in the queue, so there is no need for another one.
request-too-many-until = Support already has several requests like this. They still wait in the queue. You can write again from { $time } on.
request-done-title = Support has your request
request-done-text = It waits in the queue of { $organisation }’s support.
request-done-mail = The answer comes by e-mail. If the address belongs to an account and is confirmed, an e-mail tells you now that the request has arrived.
request-done-no-mail = Support gets in touch with you.
prose-fault-empty = Write a few words.
prose-fault-too-long = That is too long: { $most } characters at most.
letter-request-received-title = Your request to support
letter-request-received-text = The support of { $organisation } has your request about your second step. Somebody will read it and answer you by e-mail; it may take hours, or until the next working day.
letter-request-received-after = Support never asks for your password or for a code. If you did not ask for help, you need not do anything: the request alone lets nobody in, and support checks who is asking.
letter-desk-answer-title = Support has answered
letter-desk-answer-text = The support of { $organisation } writes to you about your request.
letter-desk-answer-after = Support never asks for your password or for a code. Do not send either to anyone.
letter-limit-cleared-title = Support has cleared your failed attempts
letter-limit-cleared-text = After too many failed attempts, signing in had to wait. Support has cleared those attempts, so that it works again at once.
letter-signed-out-by-desk-title = Support has signed you out everywhere
letter-signed-out-by-desk-text = Every session of your account has ended. You can sign in again as always.
event-support-request-made = Help with the second step asked for
event-support-request-taken = Support works on the request
event-support-request-noted = Support made a note about the request
event-support-request-answered = Support answered the request
event-support-request-closed = Support closed the request
event-support-request-reopened = Support opened the request again
event-desk-looked = Support looked at the account
event-desk-address-shown = Support had the e-mail address shown in full
event-limit-cleared = Support cleared failed attempts

## Import

event-accounts-imported = Accounts taken over
event-authenticator-imported = Authenticator taken over
import-line-too-long = The line is longer than any such line can be. A quotation mark that is never closed joins lines.
import-not-text = This is not UTF-8 text. Save the file as UTF-8.
import-not-json = This is not a JSON object. Each line needs one, from brace to brace.
import-field-count = The line has another number of fields than the first line.
import-unknown-field = The field “{ $name }” is not known. Leave it out, or see countersign import --help.
import-twice-given = The field “{ $name }” stands here twice.
import-wrong-kind = A field has a value of another kind than text, or than true and false.
import-missing = This field is missing or empty.
import-bad-text = This is longer than { $most } characters, or has characters that cannot be seen.
import-role = This is not a role: member, support or administrator.
import-language = This is not a language that is spoken here: en or de.
import-flag = Write true or false.
import-time = Write a past time such as 2024-05-31T12:00:00Z, or a day such as 2024-05-31.
import-hash-unknown-kind = This kind of password hash is not known. Leave it out and let the owner reset the password.
import-hash-broken = The password hash is incomplete or broken. Leave it out and let the owner reset the password.
import-hash-too-costly = Checking this password hash would take too long or too much memory. Leave it out and let the owner reset the password.
import-hash-too-weak = This password hash is too weak to protect anything. Leave it out and let the owner reset the password.
import-email-taken = There is an account with this address already, or one had it until lately.
import-email-twice = This address stands further up in the file already.
import-no-organisation = There is no organisation with this short name.
import-not-otpauth = The line does not begin with otpauth:// or otpauth-migration://.
import-not-timed = Only codes that change with time (TOTP) can be taken over.
import-algorithm = Only keys for SHA-1 can be taken over.
import-digits = Only keys for codes of six digits can be taken over.
import-period = Only keys whose codes change every 30 seconds can be taken over.
import-not-base32 = This is not a key in base32.
import-key-too-short = The key has { $bits } bits. At least 128 are needed (RFC 4226), 160 are better. Let the owner set up a new one.
import-key-too-long = The key has { $bits } bits. At most 512 can be taken over.
import-issuers-differ = The label and the issuer name two different issuers.
import-other-issuer = The key is of another issuer than the one asked for.
import-not-migration = This is not an export of Google Authenticator.
import-too-many-keys = The payload has more than { $most } keys.
import-not-export = This is not a plain export of this app. It stops making sense at line { $line }.
import-encrypted = The export is encrypted. Export it again without encryption, import it, and destroy the file.
import-no-account = This organisation has no account with this address.
import-not-allowed = The organisation’s security policy has no authenticators for this account.
import-too-many-devices = The account has { $most } authenticators already, as many as the security policy allows.
import-key-known = The account has this key already.
import-elsewhere = This file is being taken over elsewhere at the same time. Wait until that is done, and run this again.

## What support reads out, and what staff may do

support-code-empty = Type the code that support reads out to you.
support-code-character = This code has letters and digits only, without I, L, O and U. Look at it again.
support-code-length = The code has 8 characters, in two groups of four. Check what you typed.
action-view-desk = See the support desk
action-view-account = Look at an account
action-reveal-address = See an address in full
action-answer-request = Answer requests for help
action-end-sessions = End all sessions of an account
action-unlock-limit = Unlock a limit
action-resend-verification = Send the confirmation of an address again
action-start-suspension = Suspend a second step
action-approve-suspension = Agree to a suspension of staff
action-issue-support-code = Make a support code
action-lift-suspension = End a suspension early
action-remove-lost-factor = Remove a lost factor
action-view-members = See the members
action-invite-members = Invite people
action-invite-staff = Invite somebody as staff
action-change-role = Change a role
action-disable-account = Disable and enable an account
action-delete-account = Delete an account
action-export-account = Export the data of an account
action-view-policy = See the security policy
action-change-policy = Change the security policy
action-view-sso = See the providers of single sign-on
action-manage-sso = Manage the providers of single sign-on
action-edit-organisation = Change the organisation’s name and look
action-view-couriers = See how e-mail is delivered
action-test-courier = Send a test e-mail
action-view-audit = Read the audit log
action-export-audit = Export the audit log
action-view-adoption = See who has a second step
action-manage-organisations = Add and rename organisations
action-import = Import accounts and keys
action-manage-keys = Manage master keys
staff-not-yours = Your role does not allow this. The audit log notes that it was asked for.

## Administration

admin-title = Administration
admin-lead = Who belongs to { $organisation }, how they sign in, and what happened.
admin-members = Members
admin-invitations = Invitations
admin-policy = Policy
admin-policy-note = Which second steps there are, and who must have one.
admin-sso = Single sign-on
admin-adoption = Adoption
admin-adoption-note = How many have a second step, day by day.
admin-audit = Audit log
admin-couriers = Delivery
admin-organisation = Organisation
admin-desk = Support desk
admin-next = What you can do
admin-invite = Invite people
admin-invite-note = One address, or a whole list.
admin-mail-down = E-mails do not get out at the moment. Look at “Delivery”.
admin-role-member = Member
admin-role-support = Support
admin-role-administrator = Administrator
figure-members = Members
figure-unprotected = Without a second step
figure-staff = Staff
figure-disabled = Disabled
figure-invitations = Invitations waiting
figure-waiting = Waiting to be sent
figure-oldest = Oldest:
figure-sent = Sent within a day
figure-failed = Given up within a day
filter-apply = Show
filter-clear = Clear filters
filter-any-role = Any role
filter-any-state = Any state
filter-any-second-step = Any or none
filter-any-time = At any time
filter-any-event = Everything
pages-first = First page
pages-next = Next page
members-lead = { $n ->
    [one] 1 account
   *[other] { $n } accounts
}
members-search = Name or address
members-role = Role
members-state = State
members-second-step = Second step
members-protected = Has a second step
members-quiet = No sign-in
members-quiet-days = { $n ->
    [one] for 1 day
   *[other] for { $n } days
}
members-who = Who
members-last-sign-in = Last sign-in
members-empty-title = Nobody fits
members-empty-text = Clear the filters, or look for another name.
member-active = Active
member-disabled = Disabled
member-never = Never
member-password-alone = Password alone
member-address = E-mail address
member-since = Member since
member-suspended = suspended until { $time }
member-devices = Devices
member-no-sessions = Not signed in anywhere.
member-not-yours = You cannot change your own account here, nor that of another administrator. Whoever runs the server can.
member-do = What you can do
member-role-title = Role
member-role-note = Every session of this account ends. Support and administrators must have a strong second step and are asked to set one up at the next sign-in.
member-role-save = Change role
member-role-same = The account has this role already.
member-last-administrator = This is the last administrator. Give somebody else that role first.
member-end-title = End all sessions
member-end-note = They sign in again, with their second step.
member-end = End sessions
member-export-title = Data
member-export-note = Everything kept of this account, without secrets, as one file.
member-export = Export data
member-disable-title = Disable
member-disable-note = Nobody can sign in, and every session and token ends. Nothing is removed.
member-disable = Disable account
member-enable-title = Enable
member-enable-note = The account can sign in again, with the same password and second step.
member-enable = Enable account
member-delete-title = Delete account
member-delete-note = Removes the account and everything that belongs to it. This cannot be undone.
member-delete = Delete …
member-delete-head = Delete { $name }?
member-delete-lead = The account, its devices and its sessions are removed for good. The audit log stays.
member-delete-export-first = Export the data first if anybody may need it.
member-delete-confirm = Type { $email } to confirm
member-delete-confirm-wrong = This is another address. Type the one of the account.
member-delete-now = Delete for good
member-log = What happened with this account
invitations-lead = Whoever is invited chooses a name and a password. An invitation works once, within three days.
invitation-email = E-mail address
invitation-send = Send invitation
invitation-hand-over = No e-mail is set up. Give this link to { $email } and to nobody else; it works once, until { $time }.
invitation-made = Sent
invitation-until = valid until { $time }
invitation-resend = Send again
invitation-withdraw = Withdraw
invitations-waiting = Waiting
invitations-empty-title = Nobody waits
invitations-empty-text = Invitations that were not used yet stand here.
roster-title = Invite a list
roster-label = Addresses, one a line
roster-hint = A second column may hold the role: member, support or administrator. At most { $most } lines; nothing is sent before you have seen what each line does.
roster-file = Or take them from a file:
roster-check = Check the list
roster-empty = Nobody stands in the list. Write one address a line.
roster-too-long = The list is longer than a megabyte. Split it in two.
roster-too-many = The list has more than { $most } lines. Split it in two.
roster-quote = The quotation mark that opens in line { $line } is never closed.
roster-no-addresses = No column holds addresses. Name one “email”, or write the addresses first.
roster-twice = The same address stands in line { $line }.
roster-too-many-cells = There are more than two columns. Write address and role, or name the columns in the first line.
roster-role = No such role. Write member, support or administrator.
plan-title = What the list does
plan-lead = { $n ->
    [0] Nobody would be invited.
    [one] 1 person would be invited. Nothing has been sent yet.
   *[other] { $n } people would be invited. Nothing has been sent yet.
}
plan-left-out = Nothing to do: { $idle }. Cannot be used: { $bad }.
plan-changed = Something has changed since you checked the list. Nothing was sent; look at it again.
plan-send = { $n ->
    [one] Send 1 invitation
   *[other] Send { $n } invitations
}
plan-line = Line
plan-written = Address
plan-outcome = Outcome
plan-good = Invite
plan-idle = Leave
plan-bad = Fix
plan-invite = Gets an e-mail, as { $role }.
plan-invited = Has an invitation that still works.
plan-taken = Has an account already.
audit-lead = Everything that was done or refused, the newest first. Nothing can be changed here.
audit-event = What
audit-account = Concerning (e-mail address)
audit-by = Done by (e-mail address)
audit-from = From (UTC)
audit-to = To (UTC)
audit-export-csv = Export as CSV
audit-export-json = Export as JSON
audit-verify = Verify the chain
audit-when = When
audit-what = What
audit-whom = Whom
audit-done-by = by
audit-by-command-line = the operator
audit-by-system = this server by itself
audit-by-stranger = somebody who was not signed in
audit-refused = refused
audit-empty-title = Nothing of the kind
audit-empty-text = Clear the filters, or look at another time.
audit-no-day = Write the day as 2026-01-31.
audit-nobody = Nobody in this organisation has this address.
audit-whole = The log is whole: { $rows } rows under { $seals } seals.
audit-broken = The log does not fit its seal number { $seal }. Somebody has changed it: call whoever runs the server, and keep the database as it is.
audit-unsealed = { $n ->
    [one] 1 row older than a minute is not sealed yet. If it stays like that, tell whoever runs the server.
   *[other] { $n } rows older than a minute are not sealed yet. If it stays like that, tell whoever runs the server.
}
couriers-lead = How e-mails, Telegram messages, calls and SMS get out. The figures are those of e-mail.
courier-mail = E-mail
courier-off = not set up
courier-not-set-up = No e-mail is set up, so nothing can be sent. Whoever runs the server can set it up.
courier-down = not working
courier-unused = not used yet
courier-works = working
courier-worked = Last sent
courier-failed = Last failed
courier-test = Send me a test
courier-test-note = A test goes to your own address. It arrives within a minute, or this page says what is wrong.
organisation-lead = What people see on the sign-in page, in their account and in e-mails.
organisation-name = Name
organisation-slug-label = Short name
organisation-slug = Use 1 to 40 small letters, digits and hyphens.
organisation-slug-taken = Another organisation has this short name.
organisation-accent = Colour
organisation-accent-hint = As #17635c, or empty for ours. White text must be readable on it; for dark screens, a brighter shade is made from it.
organisation-save = Save
accent-not-a-colour = Write the colour as # and six digits, like #17635c.
accent-too-bright = Text could not be read with this colour. The nearest that can: { $nearest }.
adoption-lead = Active accounts by second step. One account may have several.
adoption-span = For how long
adoption-chart = Share of active accounts by second step, day by day
adoption-from-to = from { $from } % to { $to } %
adoption-figure = { $n } ({ $share } %)
adoption-table = The same as a table
adoption-day = Day
adoption-all = Active accounts
adoption-empty-title = No figures yet
adoption-empty-text = They are taken every hour. Come back a little later.
done-role-changed = The role was changed. Every session of the account has ended, and its owner was told.
done-member-disabled = The account is disabled; its sessions and tokens have ended.
done-member-enabled = The account can sign in again.
done-member-sessions-ended = Every session of the account has ended.
done-member-deleted = The account was deleted.
done-invited = The invitation is on its way.
done-list-invited = The invitations are on their way.
done-invitation-withdrawn = The invitation no longer works.
done-courier-tested = The test is on its way to your address.
done-organisation-saved = Saved. Everybody sees it with the next page.
scope-members-read = Read the members of the organisation (administrators only)
scope-audit-read = Read the audit log of the organisation (administrators only)
event-member-invited = Invited by e-mail
event-invitation-withdrawn = Invitation withdrawn
event-account-role-changed = Role changed
event-account-deleted = Account deleted
event-account-exported = Data of the account exported
event-organisation-added = Organisation added
event-organisation-changed = Name or look of the organisation changed
event-audit-exported = Audit log exported
event-members-exported = List of members exported
event-audit-verified = Chain of the audit log verified
event-courier-tested = Test e-mail sent
letter-role = Role
letter-invitation-title = You are invited
letter-invitation-text = { $organisation } invites you to an account. Choose a name and a password to take it up.
letter-invitation-button = Take up the invitation
letter-invitation-after = If you expect no invitation, ignore this e-mail; without you, no account is made.
letter-role-changed-title = Your role was changed
letter-role-changed-text = An administrator gave your account another role. All sessions have ended; sign in again. Support and administrators need a strong second step and are asked to set one up.
letter-account-disabled-title = Your account was disabled
letter-account-disabled-text = Your account is disabled from now on: all sessions have ended, and nobody can sign in to it.
letter-account-disabled-after = Your administrator can tell you why, and enable it again.
letter-account-enabled-title = Your account was enabled again
letter-account-enabled-text = You can sign in as before, with the same password and second step.
letter-account-deleted-title = Your account was deleted
letter-account-deleted-text = An administrator deleted your account with everything that belonged to it.
letter-account-deleted-after = If you think that this is a mistake, ask your administrator. This cannot be undone.

## Suspensions by staff

suspension-kind-support-code = Password and support code
suspension-kind-support-code-about = Each sign-in needs the password and a one-time code that you make and read out.
suspension-kind-password-alone = Password alone
suspension-kind-password-alone-about = The password is enough until the time is over. Choose this only where a code cannot be read out.
suspension-kind-missing = Choose what signs in meanwhile.
suspension-ticket = Name the case it belongs to, in at most 80 characters.
suspension-proof = Write down in at most 200 characters how you know that it is the owner.
suspension-changed-meanwhile = The account has changed meanwhile. Look at it again.
suspension-none-runs = No suspension runs here that this could be done with.
suspension-own-request = You asked for this yourself. Another administrator has to decide.
suspension-decided = Somebody has decided already, or an hour has passed. If it is still needed, ask for it anew.
suspension-banner = Support has suspended your second step until { $time }.
suspension-set-up = Set up a new device
suspension-by-operator = The operator
suspension-state-running = Running
suspension-state-waiting = Waits for a second person
suspension-state-refused = Not approved
suspension-state-over = Over
suspend-title = Suspend the second step
suspend-lead = For somebody who has lost their phone or mailbox. First make sure that you speak to the owner.
suspend-needs-approval = This is a staff account. Another administrator has to agree within an hour.
suspend-replaces = A suspension runs already. This one takes its place.
suspend-hours-label = For how many hours
suspend-hours-hint = { $n ->
    [one] One hour at most.
   *[other] { $n } hours at most. It ends by itself.
}
suspend-reason-hint = It stands in the audit log.
suspend-ticket-hint = The number or name under which you find it again.
suspend-proof-hint = For example: called back on the number in the contract.
suspend-what-happens = Every session of the account ends. Its owner is told by e-mail, with a link that stops this. Devices stay enrolled and ask again afterwards.
suspend-button = Suspend
suspend-ask-button = Ask for approval
suspension-title = Suspension
suspension-back = The account
suspension-present = Now
suspension-none = The second step of this account is asked for as usual.
suspension-past = Earlier
suspension-kind-label = What signs in meanwhile
suspension-until-label = Until
suspension-reason-label = Reason
suspension-ticket-label = Case
suspension-proof-label = How the owner was known
suspension-by-label = Asked for by
suspension-asked-label = Asked for
suspension-lift = End it now
suspension-code-make = Make a support code
suspension-code-new = Make a new code
suspension-code-out = A code is out. It works until { $time }.
suspension-code-hint = A new code voids the one before.
support-code-title = Read out this code
support-code-lead = It signs in once, together with the password.
support-code-until = It works for { $time }, until { $clock }.
support-code-once = It is shown this once. Read it to the owner and to nobody else, and write it nowhere.
support-code-done = Done
support-code-hint = Eight letters and digits, in two groups of four.
support-code-wrong = { $n ->
    [one] That is not the code. You have one more try.
   *[other] That is not the code. You have { $n } more tries.
}
support-code-late = This code has expired or was used. Ask support to read out a new one.
second-step-support-title = Enter the code from support
second-step-support-lead = Support has suspended your second step and reads a code out to you. It takes the place of your device.
suspensions-title = Waiting for a second person
suspensions-lead = Staff accounts are suspended only when two administrators agree.
suspensions-back = Support
suspensions-empty = Nothing waits
suspensions-empty-text = When somebody asks to suspend a staff account, it stands here for an hour.
suspensions-row = { $name } asks. Decide before { $time }.
suspensions-decide = Decide
suspensions-not-you = Somebody else decides
decide-title = Agree to a suspension?
decide-lead = Once you agree it runs for { $length }. Every session of the account ends, and its owner is told.
decide-until-label = Decide before
decide-reason-label = Why you decide so
decide-reason-hint = It stands in the audit log.
decide-approve = Agree
decide-refuse = Refuse
done-suspension-started = The second step is suspended. Its owner is told.
done-suspension-asked = It waits for another administrator to agree, for an hour at most.
done-suspension-lifted = The suspension is over. The second step is asked for again.
done-suspension-over = No suspension runs here any more.
done-suspension-approved = You agreed. The suspension runs.
done-suspension-refused = You refused. Nothing was suspended.
done-suspension-decided = Somebody has decided already, or its hour has passed.
link-stop-title = Stop the suspension of your second step
link-stop-lead = Your second step is asked for again at once, and everybody who is signed in to your account is signed out. Support is told.
link-stop-button = Stop it now
link-stopped-title = The suspension is over
link-stopped-text = Your second step is asked for again, and nobody is signed in any more. If you did not ask for the suspension, choose a new password, too.
letter-suspension = What signs in meanwhile
letter-suspension-account = Account
letter-suspension-started-title = Your second step is suspended
letter-suspension-started-text = Support has suspended the second step of your account for a while. Your devices stay enrolled and ask again afterwards.
letter-suspension-started-button = Stop this
letter-suspension-started-after = If you asked support for this, there is nothing to do. If you did not, stop it now: somebody else may be trying to get in.
letter-suspension-ended-title = Your second step is asked for again
letter-suspension-ended-text = The suspension of your second step is over. From now on, signing in needs your device again.
letter-suspension-stopped-title = An owner stopped a suspension
letter-suspension-stopped-text = You suspended the second step of an account, and its owner has stopped that with the link in the e-mail about it.
letter-suspension-stopped-after = Somebody else may have spoken to you in the owner’s name. Look at the account’s events, and get in touch with its owner.
event-suspension-requested = Suspension of the second step asked for
event-suspension-approved = Suspension of the second step approved
event-suspension-refused = Suspension of the second step refused
event-suspension-ended = Suspension of the second step ended by itself
event-suspension-stopped = Suspension of the second step stopped by the owner
event-support-code-made = Support code made

## Setting up a second step after signing in

event-enrolment-put-off = The set-up of a second step was put off
enrolment-nothing-to-put-off = There is nothing to put off: your account is set up.
enrolment-title = Protect your account
enrolment-new-title = Set up a new device
enrolment-lead-offered = With a second step, nobody gets in with your password alone. It takes about a minute.
enrolment-lead-grace = { $organisation } asks for a second step at sign-in. You have until { $date }; it takes about a minute.
enrolment-lead-suspended = Support has let you in without your second step for a short while. Set up a new device now, so that you get in by yourself next time.
enrolment-lead-recovered = You signed in with your recovery key. Set up a new device now, in place of what you have lost.
enrolment-step-choose = Choose a method
enrolment-step-set-up = Set it up
enrolment-step-key = Save your recovery key
enrolment-step-done = Done
enrolment-choose = How would you like to confirm your sign-ins?
enrolment-choose-one = Choose one of the methods.
enrolment-with-authenticator = Enable with authenticator app
enrolment-with-email = Enable with codes by e-mail
enrolment-key-follows = At the end you get a recovery key for the day when nothing else works. Have something to write with, or a printer.
enrolment-until = You have until { $date }. We ask again at your next sign-in.
enrolment-again-later = We ask again in 30 days. You find it under your security settings at any time.
enrolment-sign-in-again = More than ten minutes have passed since you used your recovery key. Sign out, and sign in again with the new key that you have just saved; then set up the device at once.
enrolment-remove-first = Your account has as many devices as it may have. Remove the one that you have lost; then set up the new one.
enrolment-ask-support = Your account has as many devices as it may have. Ask support to remove the one that you have lost; then set up the new one here.
enrolment-help = You cannot go on by yourself here.
enrolment-help-link = Get help
enrolment-done-title = Two-factor authentication is on
enrolment-done-lead = Your account is now protected by { $ways }.
enrolment-done-asks-mail = At sign-in, we send a code to your e-mail address.
enrolment-done-key = Your recovery key is saved. Guard it like a password.
letter-enrolment-reminder-title = A second step will be needed to sign in
letter-enrolment-reminder-text = From { $time } on, { $organisation } asks everyone with an account like yours for a second step at sign-in. Yours has none yet that will do. Sign in at { $host } before then and set it up; it takes about a minute.
letter-enrolment-reminder-text-some-time = { $organisation } will soon ask everyone with an account like yours for a second step at sign-in. Yours has none yet that will do. Sign in at { $host } before then and set it up; it takes about a minute.
letter-enrolment-reminder-after = If you do nothing, you will be asked to set it up at your first sign-in after that day, before you reach anything else.
letter-api-token-ending-title = An API token will end soon
letter-api-token-ending-text = The API token “{ $name }” of your account ends on { $time }. Programs that use it will no longer get in after that.
letter-api-token-ending-text-some-time = An API token of your account will end soon. Programs that use it will no longer get in after that.
letter-api-token-ending-after = If it is still needed, sign in, make a new token and give it to the program. If not, there is nothing to do.

## Support desk: the desk itself

desk-search-short = Type at least two characters.
desk-search-long = That is too long for an address, a name or an id.
desk-request-changed = Somebody else was faster: the request is in another state now. Look at it again.
desk-remove-only-suspended = A factor can be removed only while the second step is suspended. Suspend it first.
desk-no-limit = No limit stops this account at the moment.
desk-mail-off = This service sends no e-mail, so the answer has to reach the person in another way.
desk-factor-unknown = Name an authenticator by its id, or email, or recovery-key.
desk-title = Support desk
desk-search-label = Search for an account
desk-search-hint = Address, part of a name, or id
desk-search-button = Search
desk-found = { $n ->
    [one] { $n } account found
   *[other] { $n } accounts found
}
desk-found-none = No account found
desk-found-none-text = Try another part of the name, or the whole address.
desk-disabled = Disabled
desk-active = Active
desk-locked = Changes locked by the owner
desk-last-sign-in = Last sign-in
desk-never-signed-in = Never signed in
desk-to-queue = Back to the queue
desk-queue = Requests
desk-mine = Mine
desk-queue-empty = No requests here
desk-queue-empty-text = New ones come from “I can't use any of these” on the page of the second step.
desk-next = Next page
desk-taken-by = { $name } has it
desk-request-title = Request: { $name }
desk-wrote = What they wrote
desk-wrote-nothing = No message.
desk-facts = What is known
desk-fact-address = E-mail address
desk-fact-account = Account
desk-fact-proof = Proved
desk-fact-when = Written
desk-fact-from = From
desk-fact-language = Language
desk-fact-agent = Worked on by
desk-fact-confirmed = Address confirmed
desk-fact-made = Account made
desk-fact-id = Account id
desk-show-address = Show in full
desk-no-account = No account has this address.
desk-nobody = Nobody yet
desk-agent-gone = Somebody who is no longer here
desk-take = Take
desk-take-over = Take over
desk-close = Close
desk-reopen = Open again
desk-notes = Notes and answers
desk-notes-none = Nothing yet.
desk-note-mailed = Mailed
desk-note-internal = Internal
desk-note-label = Note or answer
desk-note-hint = No passwords and no codes. An internal note is read by the desk alone.
desk-note-mail = Mail it to the person
desk-note-mail-hint = As plain text, with greeting and footer in their language. The request then counts as answered.
desk-note-button = Save
desk-look-only = You can look at this account, but not act on it: it is your own, or its role is not below yours.
desk-who = Account
desk-protected = Protected by { $ways }.
desk-protected-none = Protected by the password alone.
desk-protected-suspended = The second step is suspended at the moment.
desk-not-confirmed = Not confirmed
desk-send-confirmation = Send the confirmation again
desk-suspensions = Suspensions
desk-suspensions-none = The second step was never suspended.
desk-suspension-manage = Manage the suspension
desk-suspensions-waiting = Suspensions that wait for a second person
desk-suspension-start = Suspend the second step
desk-factors = Second steps
desk-factors-none = Nothing is set up.
desk-key-not-saved = (shown, but not confirmed as saved)
desk-remove-label = Remove a lost one
desk-remove-reason = Reason
desk-remove-reason-hint = It stands in the audit log.
desk-remove-note = Every session of the account ends, and the owner gets an e-mail.
desk-remove-button = Remove
desk-limits = Limits
desk-limit-until = Full until { $time }
desk-limit-never = Full; time alone does not open it
desk-unlock-note = Clears every failed attempt on this account. The owner gets an e-mail.
desk-unlock = Clear failed attempts
desk-limit-second-step-stranger = Wrong codes from unknown browsers
desk-limit-second-step-browser = Wrong codes from a known browser
desk-limit-first-step-account = Wrong passwords from one browser or network
desk-limit-first-step-strangers = Wrong passwords from strangers: they solve a puzzle now
desk-limit-first-step-row = Wrong passwords in a row: only known browsers may try
desk-limit-mail-code-stranger = Codes sent by e-mail to unknown browsers
desk-limit-mail-code-browser = Codes sent by e-mail to a known browser
desk-limit-mail-reset-account = Links for a new password
desk-limit-mail-confirm-recipient = E-mails that confirm an address
desk-limit-support-request-recipient = Requests to support
desk-sessions-none = Nobody is signed in.
desk-end-sessions = End all sessions
desk-letters = Latest e-mails
desk-letters-none = No e-mails in the last days.
desk-letter-waiting = Waiting
desk-letter-delayed = Delayed
desk-letter-sent = Sent
desk-letter-refused = Refused
desk-letter-expired = Given up
desk-requests = Requests of this account
desk-events = Latest events
desk-role-member = Member
desk-role-support = Support
desk-role-administrator = Administrator
desk-keys-title = Keyboard shortcuts
desk-keys-search = Go to the search
desk-keys-move = Next and previous row
desk-keys-open = Open the row
desk-keys-list = Show or hide this list
desk-keys-on = Use these keys
request-state-open = Open
request-state-in-progress = In progress
request-state-answered = Answered
request-state-closed = Closed
request-proof-nothing = Nothing: anybody can type an address
request-proof-password = The password was right
request-proof-mailed-link = Came by a link in an e-mail
request-proof-provider = Signed in at the organisation’s provider
request-proof-session = Was signed in
done-request-taken = The request is yours.
done-note-added = The note is saved.
done-answer-sent = The answer is on its way.
done-request-closed = The request is closed.
done-request-reopened = The request is open again.
done-signed-out-everywhere = Every session has ended.
done-limit-cleared = The failed attempts are cleared.
done-confirmation-resent = The e-mail is on its way again.
done-factor-removed = It is removed, and every session has ended.

## Single sign-on

event-sso-provider-added = Identity provider set up
event-sso-provider-changed = Identity provider changed
event-sso-provider-removed = Identity provider removed
event-sso-refused = Sign-in at an identity provider failed
event-sso-linked = Sign-in at an identity provider linked
event-sso-unlinked = Sign-in at an identity provider unlinked
letter-provider = Sign-in
letter-provider-linked-title = A way to sign in was added
letter-provider-linked-text = From now on, a sign-in at your organisation’s identity provider opens your account. Your second step stays as it was.
letter-provider-unlinked-title = A way to sign in was removed
letter-provider-unlinked-text = The identity provider no longer opens your account. Its other sessions have ended.
done-provider-linked = Linked. You can use it from your next sign-in on.
done-provider-unlinked = Unlinked. Your other sessions have ended.
done-sso-saved = Saved. It counts from now on.
done-sso-removed = The provider is gone, and with it the sign-ins through it.
sso-sign-in-group = Single sign-on
sso-sign-in-with = Sign in with { $provider }
sso-use = Use single sign-on
sso-find-title = Single sign-on
sso-find-lead = Type the address you have at your organisation. We find where you sign in.
sso-find-none = No single sign-on is set up for this address. Check it, or sign in with your password.
sso-away-title = Continue to { $provider }
sso-away-lead = You sign in there and come back to this page by yourself. If nothing happens, press the button.
sso-refused-title = Single sign-on did not work
sso-refused-stale = This sign-in is over or was started in another browser. Start again.
sso-refused-declined = { $provider } did not sign you in. Start again, or choose another way.
sso-refused-down = { $provider } cannot be reached at the moment. Try again in a few minutes.
sso-refused-wrong = { $provider } gave an answer that cannot be accepted. Tell your administrator if it happens again.
sso-refused-not-linked = No account is linked to this sign-in at { $provider }. If you have an account, sign in with your password and link it under Security.
sso-refused-closed = This account cannot sign in. Ask your administrator.
sso-refused-taken = This sign-in at { $provider } cannot be linked: it opens an account already.
sso-refused-too-late = That took too long. Confirm that it is you and start again.
sso-refused-other-person = At { $provider }, somebody else signed in. Sign in there with the account that is linked here.
sso-password-works = If you have a password, it still works.
sso-back-to-sign-in = Back to sign-in
sso-back-to-security = Back to security
sso-need-help = I need help
sso-step-up-not-here = This account confirms its owner in another way.
sso-step-up-lead = Sign in once more at your organisation to go on.
sso-step-up-button = Confirm at { $provider }
sso-sign-ins-title = Linked sign-ins
sso-sign-ins-lead = Sign in at your organisation instead of with a password. Your second step stays as it is.
sso-linked = Linked
sso-off = Switched off
sso-linked-since = Linked
sso-link-note = Not linked to your account.
sso-link = Link
sso-unlink = Unlink
sso-last-way-in = This is the only way into your account. Choose a password first.
sso-only-way = Some accounts have no other way to sign in. Switch the provider off, or have those people choose a password first.
sso-fault-slug = Use 1 to 32 small letters, digits and dashes.
sso-fault-slug-taken = This short name is taken. Choose another one.
sso-fault-issuer = Give the issuer exactly as the provider names it: an https address that this server may reach.
sso-fault-client-id = Copy the client id from the provider.
sso-fault-client-secret = Copy the client secret from the provider.
sso-fault-domains = List up to 50 domains, such as example.org.
sso-fault-domain-of-operator = Ask whoever runs the server to add this domain: several organisations share it.
sso-fault-domain-taken = One of these domains belongs to another provider already.
sso-admin-title = Single sign-on
sso-admin-back = Administration
sso-admin-lead = Members sign in at your own identity provider (OpenID Connect). The second step stays ours, unless the policy trusts the provider’s.
sso-admin-empty-title = No identity provider yet
sso-admin-empty-text = Add one to let members sign in with the account they already have.
sso-admin-new = Add a provider
sso-admin-accounts = { $n ->
    [one] Opens { $n } account
   *[other] Opens { $n } accounts
}
sso-admin-tested-well = Tested, all well:
sso-admin-tested-badly = Tested, something was wrong:
sso-admin-test = Test
sso-admin-form-lead = Register Countersign at the provider first: it gives you a client id and a secret.
sso-admin-answers-at = Redirect address
sso-admin-name = Name on the button
sso-admin-name-hint = What members know it by, for example “Nordlicht Login”.
sso-admin-slug = Short name in addresses
sso-admin-slug-hint = The redirect address is this server’s address, /sso/, this name, /callback. It cannot be changed later.
sso-admin-issuer = Issuer
sso-admin-issuer-hint = Exactly as the provider names it; a slash at the end counts. It cannot be changed later.
sso-admin-client-id = Client id
sso-admin-client-secret = Client secret
sso-admin-client-secret-hint = Leave it empty to keep the one that is stored.
sso-admin-domains = E-mail domains
sso-admin-domains-hint = Whose addresses lead here, with blanks between. May stay empty.
sso-admin-jit = Make an account for whoever comes from one of these domains for the first time
sso-admin-button = Show a button on the sign-in page
sso-admin-save = Save
sso-admin-enable = Switch on
sso-admin-disable = Switch off
sso-admin-remove = Remove
sso-admin-remove-title = Remove { $provider }?
sso-admin-remove-text = { $n ->
    [0] No account uses it.
    [one] One account can no longer sign in through it. Its password still works.
   *[other] { $n } accounts can no longer sign in through it. Their passwords still work.
}
sso-admin-test-title = Test of { $provider }
sso-admin-test-done = Back to single sign-on
sso-admin-test-mend = Change the settings
sso-admin-test-again = Test again
sso-admin-test-well = Everything is as it should be.
sso-admin-test-badly = Something is wrong. Fix the step that is marked and test again.
sso-test-good = Fine
sso-test-bad = Wrong
sso-step-discovery = The provider’s description can be read
sso-step-issuer = It names exactly this issuer
sso-step-endpoints = Its addresses can be used
sso-step-algorithms = It signs in a way we accept
sso-step-keys = Its keys can be read
sso-step-client = It accepts the client id and the secret

## The security policy: rules, presets, review, history

policy-fault-required-without-method = A second step is required, but no method is allowed. Allow one, or only offer the second step.
policy-fault-date-without-requirement = A day is set from which the second step is required, but it is not required at all. Require it, or clear the day.
policy-fault-no-strong-method = Staff always need a strong second step, so one has to be allowed that is no fallback: the authenticator app.
policy-fault-staff-below-strong = { $role ->
    [support] Support agents
   *[administrator] Administrators
} need a strong second step or better. Less cannot be set.
policy-fault-class-out-of-reach = No allowed method is as strong as what is asked of { $role ->
    [support] support agents
    [administrator] administrators
   *[member] members
}. Allow a stronger method, or ask for less.
policy-fault-not-to-enrol = { $method ->
    [support-code] Support codes are
   *[other] This method is
} given out by support; nobody can set them up. Take them off the list of methods.
policy-fault-fallback-without-anchor = { $method ->
    [authenticator] The authenticator app
    [email] Codes by e-mail
    [telegram] Telegram
    [phone] The phone
    [recovery-key] The recovery key
   *[other] This method
}: counts only beside another method, and none is allowed that it could stand beside. Allow one that is no fallback.
policy-fault-needs-what-is-missing = { $method ->
    [authenticator] The authenticator app
    [email] Codes by e-mail
    [telegram] Telegram
    [phone] The phone
    [recovery-key] The recovery key
   *[other] This method
}: needs another method that is not allowed, or that excludes it. Allow that one, or drop the need.
policy-fault-out-of-range = Enter a whole number from { $least } to { $most }.
policy-fault-idle-beyond-absolute = A session would end before this time without use is over. Make it shorter, or let sessions live longer.
policy-fault-exclusive-set = Methods exclude one another only where two or more are chosen, and a recovery key excludes none.
policy-fault-trusted-without-claim = Say which values of amr or acr count for the provider { $provider }, or take it off the list.
policy-fault-risk-not-read = { $risk ->
    [email-codes] Confirm that you have read the risk of codes by e-mail.
    [telegram] Confirm that you have read the risk of Telegram.
    [telegram-tap] Confirm that you have read the risk of one button.
    [phone-calls] Confirm that you have read the risk of calls.
    [sms] Confirm that you have read the risk of SMS.
    [phone-in-new-browsers] Confirm that you have read the risk of the phone in new browsers.
    [password-alone] Confirm that you have read the risk of a sign-in by password alone.
    [trusted-provider] Confirm that you have read the risk of trusting a provider.
   *[other] Confirm that you have read this risk.
}
policy-fault-misplaced-word = This word belongs at another place. Choose one from the list.
risk-email-codes = Codes by e-mail are weak: whoever can read the mailbox has the second step too, and often the way to a new password. They protect from guessed and reused passwords, not from somebody who is in the mailbox.
risk-password-alone = While support has suspended the second step this way, the password alone opens the account. Whoever talks support into it and knows the password is in. Support codes are safer.
risk-trusted-provider = What a provider says takes the place of the second step here. Whoever takes over an account there, or deceives the provider, is in without any further proof.

policy-title = Security policy
policy-lead = What the accounts of this organisation must and may do. A change counts with everybody’s next request.
policy-in-force = Version { $version } is in force, from the preset “{ $preset }”.
policy-in-force-since = In force since
policy-tab-rules = Rules
policy-tab-presets = Presets
policy-tab-history = History
policy-tabs-label = Parts of the policy
policy-staff-always = Staff always need a strong second step, whatever stands here.
policy-review = Review the change
policy-review-note = Nothing changes yet. The next page shows what would change and whom it touches.
policy-reason = Say why, in at most { $most } characters. The history keeps it.
policy-choose = Choose one from the list.
policy-number = Enter a whole number.
policy-moment = Enter a day and a time.
policy-trusted-form = Write one provider per line: its short name, then values such as amr=mfa or acr=urn:example:high.

policy-group-who = Who must have a second step
policy-group-methods = Methods
policy-group-strong = How strong
policy-group-fallbacks = Fallbacks and exclusions
policy-group-recovery = Recovery and support
policy-group-sessions = Sessions
policy-group-entry = Sign-up and single sign-on
policy-group-words = Words

rule-second-step = For members, a second step is
rule-second-step-why = Whoever has one already is asked for it in any case: this switch never opens an account.
rule-second-step-off = off: members cannot set one up
rule-second-step-offered = offered: members may set one up
rule-second-step-required = required: members reach nothing else before it is set up
rule-required-from = Required from (UTC)
rule-required-from-why = Until then people may choose “Not now” and are reminded. Empty: at once. Only where a second step is required.
rule-methods = Members may set up
rule-methods-why = What is switched off here can no longer be set up. Whoever has it is still asked for it.
rule-authenticators-max = Authenticators per account, at most
rule-authenticators-max-why = Several devices help whoever loses one. With each, a code is a little easier to guess.
rule-confirmed-address-first = The e-mail address must be confirmed first
rule-confirmed-address-first-why = Before any method can be switched on, its owner shows that the address is theirs.
rule-last-showing = Show a new authenticator’s key once more
rule-last-showing-why = After the first code the QR code is shown one last time, to be kept. Otherwise never again.
rule-lowest-class-member = A member’s second step must be at least
rule-lowest-class-member-why = It counts where a second step is required. Whoever has only a weaker one is asked for a better one.
rule-class-changes = To change an account, a session needs
rule-class-changes-why = Changes are those of password, address and second steps. Staff always need a strong one.
rule-class-changes-strong = a strong second step
rule-class-changes-any-enrolled = any second step of the account
rule-exclusive = These exclude one another
rule-exclusive-why = An account may have one of the chosen methods: a stronger one switches the weaker one off.
rule-fallback-only = These are fallbacks only
rule-fallback-only-why = A fallback counts only beside a method that is none. A recovery key always is one.
rule-after-recovery = A sign-in by recovery key leads to
rule-after-recovery-why = The key works once; a new one is saved first in either case.
rule-after-recovery-session = an ordinary session
rule-after-recovery-enrolment = setting up what was lost, and nothing else before that
rule-suspension-kinds = While support has suspended a second step, what signs in is
rule-suspension-kinds-why = With none chosen, support cannot suspend. The password alone never lets staff in.
rule-suspension-kinds-password-alone = the password alone
rule-suspension-kinds-support-code = the password and a code that support reads out
rule-suspension-default = A suspension lasts
rule-suspension-default-why = Where nobody says otherwise.
rule-suspension-longest = A suspension lasts at most
rule-suspension-longest-why = It ends by itself at its hour, or earlier by hand.
rule-suspension-enrol = A new authenticator may be set up meanwhile
rule-suspension-enrol-why = So that whoever lost a phone can replace it before the suspension ends.
rule-idle = A member’s session ends without use after
rule-idle-why = Counted from the last page or request.
rule-absolute = A member’s session ends in any case after
rule-absolute-why = However busy it is; then one signs in again.
rule-staff-idle = A staff session ends without use after
rule-staff-idle-why = Staff can reach other people’s accounts, so their sessions are shorter.
rule-staff-absolute = A staff session ends in any case after
rule-staff-absolute-why = However busy it is.
rule-most = Sessions of one account at once, at most
rule-most-why = Beyond it, the oldest one ends.
rule-sign-up = An account is made by
rule-sign-up-why = Switching presets leaves this as it is.
rule-sign-up-open = anybody who asks
rule-sign-up-invitation = whoever was sent an invitation
rule-sign-up-closed = the operator alone
rule-password-sign-in = Passwords work beside single sign-on
rule-password-sign-in-why = For accounts that are linked to a provider. Off: they sign in there only.
rule-trusted = Providers whose word counts as a second step
rule-trusted-why = One per line: short name, then what the provider has to say, such as “example amr=mfa”. Never for staff.
rule-menu = The menu is called
rule-menu-why = The entry that leads to the account’s settings.
rule-tab = The tab is called
rule-tab-why = The page that holds the second step.
rule-enable = The button that starts a set-up is called
rule-enable-why = On the page with the methods.
rule-confirm = The button that ends a set-up is called
rule-confirm-why = Under the box for the first code.
rule-preset = Started from
rule-lowest-class-support = A support agent’s second step must be at least
rule-lowest-class-administrator = An administrator’s second step must be at least
rule-needs = Methods that need another
rule-telegram-style = A Telegram account confirms by
rule-telegram-style-type = typing the number that the browser shows
rule-telegram-style-match = picking the number that the browser shows
rule-telegram-style-tap = one button
rule-calls = Calls before an SMS takes their place
rule-on = yes
rule-off = no
rule-none = none
rule-at-once = at once
unit-none = { $n }
unit-minutes = { $n } { $n ->
    [one] minute
   *[other] minutes
}
unit-hours = { $n } { $n ->
    [one] hour
   *[other] hours
}
unit-minutes-label = minutes
unit-hours-label = hours

policy-effect-must-enrol = { $n } of { $total } members will be asked to enrol at once.
policy-effect-must-enrol-later = { $n } of { $total } members will have to enrol by the day that is set.
policy-effect-must-enrol-already = { $n } of { $total } members have to enrol, as before.
policy-effect-no-longer-asked = { $n } of { $total } members will no longer be asked for a second step. Their password alone will open their accounts.
policy-effect-newly-asked = { $n } of { $total } members will be asked for a second step that did not count before.
policy-effect-weaker = { $n } of { $total } members will sign in with a weaker second step than now.
policy-effect-stops = { $method }: no longer asked of { $n } of { $total } members who have it.
policy-effect-nothing = Nobody will notice it at the next sign-in.
policy-weakens = This makes accounts easier to get into.
policy-asks-less = The rules will ask for less than now.

policy-review-title = Review the change
policy-review-lead = This is what would change. It counts with everybody’s next request, once you confirm.
policy-review-preset = Switch to “{ $preset }”
policy-review-restore = Return to version { $version }
policy-review-nothing = Nothing would change: this is what is in force.
policy-review-impossible = This cannot work yet:
policy-changes = What changes
policy-setting = Rule
policy-before = Now
policy-after = Then
policy-touches = Whom it touches
policy-risks = Risks to have read
policy-risk-read = I have read this and accept it
policy-reason-label = Why
policy-reason-hint = Kept in the history, where every administrator reads it.
policy-save = Put into force
policy-edit-on = Go on editing
policy-leave = Leave everything as it is
policy-presets-title = Presets
policy-presets-lead = Each is a whole set of rules to start from. Below each stands what it would change, and for whom. Sign-up and single sign-on stay as they are.
policy-preset-in-force = In force
policy-preset-changed = In force, with changes of your own
policy-preset-choose = Review and switch
policy-preset-changes = { $n ->
    [one] 1 rule changes
   *[other] { $n } rules change
}
preset-authenticator = Authenticator app only
preset-authenticator-about = The password, then a code of an authenticator app. Support may suspend the second step for a while.
preset-email-or-authenticator = E-mail or authenticator
preset-email-or-authenticator-about = Codes by e-mail or one authenticator app: one of two, never both.
preset-email-with-recovery-key = E-mail with recovery key
preset-email-with-recovery-key-about = Codes by e-mail and a recovery key, an authenticator app beside them.
preset-messenger = Messenger
preset-messenger-about = Telegram, one authenticator app or codes by e-mail; calls and SMS as a fallback beside the first two.
preset-recommended = Recommended
preset-recommended-about = Authenticator apps and a recovery key; weak methods off; changes need a strong second step.
policy-history-title = History of the policy
policy-history-lead = Every version that was in force, the newest first. Nothing is ever removed.
policy-version = Version { $version }
policy-version-first = The first version.
policy-version-same = Nothing changed in it.
policy-version-by-operator = the operator
policy-version-by-gone = somebody whose account is gone
policy-version-why-none = No reason was given.
policy-version-return = Return to this version
done-policy-saved = The policy is in force.

## Found by review
desk-to-member = Open in administration
member-at-desk = Open at the support desk
figure-requests = Requests that nobody has taken
organisation-sign-in-label = Its own sign-in page
proof-first = This page asks for a fresh proof that it is you. Give it before you fill anything in.
proof-first-typed = Nothing was done: confirm first that it is you. The form is empty afterwards, so copy what you do not want to type again.
proof-first-link = Confirm now
letter-suspension-waits-title = A suspension waits for you
letter-suspension-waits-text = Somebody of your staff wants the second step of a staff account to be suspended. An administrator other than the two has to agree within one hour.
letter-suspension-waits-after = Sign in, open the support desk and then “Suspensions that wait for a second person”. Speak to the person yourself before you agree.

## Telegram and the phone

method-telegram = Telegram
method-phone = Phone
phone-fault-empty = Enter a phone number.
phone-fault-character = A phone number has digits only, with a plus sign in front if you like. Check what you typed.
phone-fault-extension = Leave the extension out: a call rings at the number itself.
phone-fault-too-short = This number is too short. Enter it in full, with its country code: +49 170 …
phone-fault-too-long = This number is too long. Check what you typed.
phone-fault-country = No country has this code. Enter the number with its country code: +49 170 …
phone-fault-unknown = There is no such phone number. Check what you typed.
phone-fault-dear = This number costs whoever calls it extra. Enter the number of an ordinary phone.
phone-fault-satellite = Satellite and international networks cannot be reached here. Enter the number of an ordinary phone.
phone-fault-other-line = This is no mobile phone and no fixed line. Enter the number of an ordinary phone.
phone-code-empty = Type the last four digits of the number that is calling you, or the six of the SMS.
phone-code-not-digits = Type digits only: four from the call, or six from the SMS.
phone-code-wrong-length = Type the last four digits of the number that called, or the six of the SMS.
call-rang = Your phone rang. The code is the last four digits of the number that called.
call-declined = Your phone rang, and the call was declined. The code is the last four digits of the number that called.
call-answered = The call was answered. The code is the last four digits of the number that called.
call-busy = The line was busy: try again, or ask for an SMS.
call-not-found = The carrier knows no such number. Choose another number, or ask for an SMS.
call-unavailable = Your phone is switched off or out of reach: try again, or ask for an SMS.
call-silent = We don’t know whether your phone rang. If it did, type the last four digits of the number; if not, try again or ask for an SMS.
call-not-made = We could not call you just now. Ask for an SMS, or try another way.
phone-not-reached = This number cannot be reached from here. Choose another number, or try another way.
phone-not-now = No more calls or SMS just now. Try again later, or try another way.
phone-guard-no-route = Neither a trunk for calls nor a route for SMS is set up for it
phone-guard-destination = Its country or prefix is not on the list
phone-guard-budget = The day’s budget is spent
phone-guard-breaker = Too few codes come back from its prefix
phone-guard-number = The number had its calls and SMS
phone-guard-account = The account had its calls and SMS
phone-guard-address = The network had its calls and SMS
phone-guard-block = Its block of numbers had its calls and SMS
phone-guard-minute = The installation sent all it may in a minute
policy-fault-phone-alone = The phone is too weak to stand alone. Make it a fallback.
policy-fault-phone-unreached = The phone is allowed, but neither calls nor SMS are. Allow one of them, or take the phone off.
risk-telegram = A Telegram account can itself be opened with one SMS, so whoever takes over the phone number has the second step too. It protects from guessed and reused passwords, not from somebody who has the number.
risk-telegram-tap = One button is pressed without looking: whoever has the password need only ask often enough. Have a number carried from the browser to the chat instead.
risk-phone-calls = The last four digits of a caller are far below what is asked of a code: with a pool of 200 numbers one guess in 200 is right. Unknown browsers together have two wrong answers a day per account, and a call never confirms a change.
risk-sms = An SMS can be read or redirected on its way, and whoever talks the carrier into a new SIM card gets it. It also costs money, which attracts those who earn by it.
risk-phone-in-new-browsers = The phone signs in to browsers that have never signed in before. Whoever has the password can then guess at the call from anywhere.
event-telegram-link-asked = Linking a Telegram account begun
event-telegram-link-refused = Linking refused in Telegram
event-telegram-linked = Telegram account linked
event-telegram-unlinked = Telegram account unlinked
event-telegram-enabled = Telegram switched on
event-telegram-disabled = Telegram switched off
event-telegram-prompted = Asked in Telegram
event-telegram-confirmed = Confirmed in Telegram
event-telegram-refused = Refused in Telegram
event-telegram-held = No questions in Telegram for a while, after two refusals
event-telegram-callback-forged = Telegram button pressed by somebody else, or forged
event-telegram-blocked = The bot was blocked in Telegram
event-phone-added = Phone number added, not proved yet
event-phone-proved = Phone number proved
event-phone-removed = Phone number removed
event-phone-uncounted = Phone numbers no longer count: nothing is left beside them
event-phone-call-asked = Call asked for
event-phone-call-ended = Call ended
event-phone-sms-asked = SMS asked for
event-phone-sms-ended = SMS ended
event-phone-guarded = Call or SMS not made
event-phone-breaker-opened = Prefix stopped: too few codes come back
event-phone-breaker-closed = Prefix open again
event-phone-budget-spent = Budget for calls and SMS spent
desk-limit-telegram-prompt-stranger = Questions in Telegram for unknown browsers
desk-limit-telegram-prompt-browser = Questions in Telegram for a known browser
desk-limit-telegram-link = Linking a Telegram account
desk-limit-phone-code-stranger = Calls and SMS for unknown browsers
desk-limit-phone-code-browser = Calls and SMS for a known browser
desk-limit-phone-code-account = Calls and SMS for all browsers together
desk-limit-call-answer-stranger = Wrong answers to calls from unknown browsers: only SMS from now on
desk-limit-call-answer-browser = Wrong answers to calls from a known browser: only SMS from now on
method-telegram-about = At sign-in our bot asks you in Telegram whether it is you.
method-phone-about = At sign-in we call you, and the last four digits of our number are the code; or we send an SMS. Only beside another method.
other-ways-telegram = A question in Telegram
other-ways-phone = A call or an SMS
letter-for-disable-telegram = Switching Telegram off
letter-for-unlink-telegram = Unlinking a Telegram account
letter-for-prove-phone = Proving a phone number
letter-for-remove-phone = Removing a phone number
letter-telegram-refused-title = Sign-in refused in Telegram
letter-telegram-refused-text = Somebody tried to sign in with your password, and in Telegram the answer was no or a wrong number. They were not let in.
letter-telegram-held-title = Your password is known to somebody else
letter-telegram-held-text = Two sign-ins with your password were refused in Telegram within a day. For the next 24 hours nobody is asked there and no code goes to a phone, except for a browser you have signed in with before. Choose a new password.
letter-telegram-blocked-title = The bot cannot reach you in Telegram
letter-telegram-blocked-text = Our bot was blocked in Telegram, so it cannot ask you at sign-in. Unblock it there, or try another way.
rule-telegram-accounts-max = Telegram accounts per account, at most
rule-sms = Codes by SMS
rule-phone-numbers-max = Phone numbers per account, at most
rule-phone-in-new-browsers = The phone signs in to new browsers too

## The telephone: adding a number, asking for codes, limits

phone-number-yours = You have added this number already. Choose another one.
phone-too-many = { $most ->
    [one] You may have one phone number. Remove it first, then add another.
   *[other] You may have { $most } phone numbers. Remove one first, then add another.
}
phone-answer-ended = That call’s code ended with a wrong answer. Ask for another call or an SMS.
phone-answer-misfit = A call has four digits, an SMS has six. Look at what came last, and type that. Nothing was counted against you.
phone-answer-number-full = This number already serves as many accounts as it may. Use another number.
phone-answer-account-full = Your account already has as many numbers as it may. Remove one first.
phone-breaker-not-open = This prefix is not stopped, or no longer. Load the page again.
action-view-spending = See what calls and SMS cost
action-close-breaker = Open a stopped phone prefix again

## Telegram: linking, asking, what the bot answers on a button

telegram-not-set-up = Telegram is not set up here. Try another way.
telegram-too-many = { $most ->
    [one] You may link one Telegram account. Unlink it first, then link another.
   *[other] You may link { $most } Telegram accounts. Unlink one first, then link another.
}
telegram-person-full = This Telegram account already confirms for { $most } accounts, and for no more. Use another one.
telegram-linked-before = This Telegram account is linked already.
telegram-none-linked = No Telegram account is linked. Link one first.
telegram-no-code-here = Nothing is typed here. Answer in Telegram, then go on.
telegram-not-yet = Nobody has answered in Telegram yet. Answer there, then go on.
telegram-refused-in-chat = This was refused in Telegram. If that was a mistake, start again.
second-step-nobody-to-ask = Nobody can be asked in Telegram at this moment. Unblock our bot there, or try another way.
telegram-pressed-confirmed = Confirmed. The browser goes on by itself.
telegram-pressed-refused = Refused. Nobody was let in.
telegram-pressed-wrong-number = That is not the number that the browser shows. Nobody was let in.
telegram-pressed-answered = This was answered before.
telegram-pressed-over = This is over. Start again in the browser.
telegram-pressed-late = Too late. Ask again in the browser.
telegram-pressed-too-many = Too many wrong answers. Try again later.
telegram-pressed-unlinked = This Telegram account is no longer linked.
telegram-pressed-not-yours = This button is not yours to press.
telegram-pressed-link-refused = Thank you. Nothing was linked.

## What the bot and SMS say

telegram-ask = { $purpose ->
    [sign-in] Are you signing in to { $organisation }?
   *[other] Are you changing your account at { $organisation }?
}
telegram-ask-account = Account: { $account }
telegram-ask-from = From: { $device }, { $address }
telegram-ask-at = When: { $time }
telegram-ask-match = Press the number that your browser shows.
telegram-ask-type = Write the six digits that your browser shows.
telegram-ask-tap = Confirm only if you are doing this yourself right now.
telegram-ask-not-you = If it isn't you, press “It wasn't me”: then nobody gets in.
telegram-button-confirm = Yes, it's me
telegram-button-not-me = It wasn't me
telegram-end-confirmed = Confirmed
telegram-end-refused = Refused. Nobody was let in. Choose a new password: somebody knows yours.
telegram-end-wrong-number = Wrong number. Nobody was let in. Start again in the browser if it was you.
telegram-end-elsewhere = Answered in another chat
telegram-end-late = Nobody answered in time
telegram-end-over = This is over
telegram-end-unlinked = This Telegram account is no longer linked
telegram-code-where = Type this code into the browser at { $host }, and nowhere else.
telegram-until = It works until { $time }.
telegram-says-start = Hello! I ask whether it is you who signs in to { $organisation }. To link this Telegram account, sign in at { $host } and choose Telegram under Security.
telegram-says-link-code = Link this Telegram account to { $organisation }?
telegram-says-link-bad = This link is over. Ask for a new one at { $host }, under Security.
telegram-says-linked = Linked. From now on I ask here when somebody signs in to { $organisation }.
telegram-says-link-refused = Thank you. Nothing was linked.
telegram-says-unlinked = This Telegram account is no longer linked.
telegram-says-stop = To stop these questions, sign in at { $host } and switch Telegram off under Security. Blocking me here does not switch it off.
telegram-says-status = I ask here for these accounts at { $organisation }:
telegram-says-not-linked = This Telegram account is linked to nothing. Sign in at { $host } and choose Telegram under Security.
telegram-says-help = I ask whether it is you who signs in to { $organisation }. I understand /status, /stop and /help, and the digits that your browser shows.
telegram-says-wrong-code = Those are not the digits that your browser shows. Look again.
telegram-says-nothing-waits = Nothing waits for digits here. Start again in the browser.
telegram-says-confirmed = Confirmed. The browser goes on by itself.
telegram-says-held = Two sign-ins were refused within a day. For 24 hours I only ask for browsers you have signed in with before, and no code goes to a phone for others. Choose a new password.
sms-code = { $code } is your code for { $organisation }. Never tell it to anybody.
sms-code-short = { $code } is your code. Tell nobody.
sms-trial = This is a trial message of { $product }.

## Limits and refusals of staff
plan-too-many = This address got several e-mails lately. Try it again later.
letters-too-many = This address got several e-mails lately, so nothing was sent. The next one can go out after { $until }.
suspension-after-mail-reset = The password was set anew by e-mail a short while ago, so it must not be enough by itself until { $until }. Choose the support code.
desk-mail-reset = The password was set anew by e-mail a short while ago. Whoever did it has shown no more than that they read the mailbox: be sure who is asking. Until { $until } the password alone is not enough.
sso-changed-meanwhile = Somebody changed this provider meanwhile. Nothing was saved. Open it again to see how it stands now.
policy-fault-trusted-weak-factor = “{ $amr }” tells of a single weak factor, so what { $provider } says with it cannot stand for a second step. Take it off the list.

## Lists, and addresses that are taken
roster-mail-off = No e-mail is set up, so a list cannot be sent. Invite people one by one: each invitation then gives you a link to hand over.
plan-stopped = { $n ->
    [one] 1 invitation was sent, then something stood in the way. Here is what the list does now; look at it again.
   *[other] { $n } invitations were sent, then something stood in the way. Here is what the list does now; look at it again.
}
link-email-taken = There is an account with this address already. Sign in with it, or ask whoever invited you to use another address of yours.
letter-invitation-taken-title = You already have an account
letter-invitation-taken-text = { $organisation } wanted to invite you to an account with this address. It belongs to an account already, so no other one can have it. Nothing was changed.
letter-invitation-taken-after = If you want to join, tell whoever invites you another address of yours. With the account that you have, you sign in at { $host }.

## Factors that must not fall to the mailbox
link-stopped-disabled = Nobody is signed in any more, and what was set up since the suspension began is gone. That was the only second step of your account, so nobody can sign in to it now: ask your administrator, who finds out that it is you and opens it again.
suspension-only-after-mail-reset = The password was set anew by e-mail a short while ago, so it must not be enough by itself, and the policy of this organisation knows no other suspension. It is possible after { $until }.
desk-remove-after-mail-reset = The password was set anew by e-mail a short while ago. Without this factor the mailbox alone would be enough, so it has to stay until { $until }. Have the person sign in with a support code and set up a new factor first.

## What can be written to the bot, in its menu

telegram-command-status = Which accounts I ask for
telegram-command-stop = How to stop these questions
telegram-command-help = What I do and understand

## The telephone on pages

phone-add-title = Add a phone number
phone-add-lead = For the day when nothing else is at hand: we call this number, or send an SMS, and you type the digits.
phone-add-label = Phone number
phone-add-hint = With its country code, for example +49 170 1234567.
phone-add-then-call = Next we call it, to see that it is yours. Nobody needs to answer.
phone-add-then-sms = Next we send an SMS to it, to see that it is yours.
phone-add-ends-sessions = { $n ->
    [0] You are signed in nowhere else.
    [one] Once it is proved, your other session will be signed out. This one stays.
   *[other] Once it is proved, your { $n } other sessions will be signed out. This one stays.
}
phone-add-button = Continue
phone-remove-title = Remove this number?
phone-remove-lead = { $number } will not be called any more.
phone-remove-last = It is your only number. Calls and SMS stop being a way to sign in.
phone-remove-others-stay = Your other numbers stay as they are.
phone-remove-button = Remove number
phone-remove-keep = Keep number
phone-prove = Prove it now
phone-drop = Remove
phone-unproved = Not proved yet
phone-unproved-until = You can prove it for another { $time } ({ $clock }). Until then it signs nobody in.
phone-numbers-label = Phone numbers
phone-numbers-full = { $n ->
    [one] Your organisation allows one number. Remove it before you add another.
   *[other] Your organisation allows { $n } numbers. Remove one before you add another.
}
phone-number-add = Add a number
phone-row-needs = The phone counts only beside another method: { $methods }. Set that up first.
phone-row-needs-any = The phone counts only beside another method. Set that up first.
phone-row-asleep = Your numbers do not count at the moment: the method that they stand beside is off. They stay here until you remove them.
phone-row-not-set-up = This service makes no calls and sends no SMS. Ask support.
phone-strength-calls-why = Four digits are easier to guess than six, and whoever has your SIM card gets your calls. So a call never confirms a change.
phone-strength-sms-why = Whoever has your SIM card has the code, and an SMS can be read on its way. So it never confirms a change.
list-or = { $list } or { $last }
second-step-phone-title = Sign in by phone
phone-prove-title = Prove your number
phone-prove-lead = Show that { $number } is yours.
phone-remove-challenge-title = Confirm the removal
phone-remove-challenge-lead = To remove { $number }, confirm that it is you.
phone-another-number = Use another number
phone-choose = Which number?
phone-calls-to = We call { $number } for a few seconds. Nobody needs to answer: the code is the last four digits of the number that calls.
phone-writes-to = We send an SMS with six digits to { $number }.
phone-explain-call = We call you for a few seconds. Nobody needs to answer: the code is the last four digits of the number that calls.
phone-explain-sms = We send an SMS with a code of six digits.
phone-look-for = Look for the number that is calling you. The code is its last four digits; type them while it rings or afterwards.
phone-begins-with = It begins with
phone-label-call = Code: the last four digits
phone-label-sms = Code: the six digits of the SMS
phone-call-me = Call me
phone-call-again = Call again
phone-sms = Send an SMS
phone-sms-again = Send another SMS
phone-again-at = You can ask again in { $time } ({ $clock }).
phone-nothing-more = No more calls or SMS can be asked for here. Try another way, or start again later.
phone-nothing-more-to-prove = No more calls or SMS can be asked for here. Use another number, or start again later.
phone-reload = Check again
phone-stage-call = The call to { $number } is on its way.
phone-stage-ringing = { $number } is ringing.
phone-stage-sms = The SMS to { $number } is on its way.
phone-stage-sent = The SMS to { $number } was sent. It can take a minute.
phone-stage-delivered = The SMS has arrived at { $number }.
phone-stage-undelivered = The SMS did not reach { $number }. Try again, or try another way.
phone-stage-missed = Those digits were wrong, so the code of that call has ended.
phone-stage-over = The code of that call has ended.
phone-stage-sms-over = The code of that SMS has ended.
phone-some-number = (removed number)
phone-code-wrong-call = Those are not the last four digits, and that call’s code has ended. Ask for another one. { $n ->
    [one] You have 1 try left.
   *[other] You have { $n } tries left.
}
phone-code-late = That code has ended. Ask for another one.
phone-code-used = That code was already used. Ask for another one.
phone-code-superseded = Those digits are from an earlier call or SMS; only the last one counts.
phone-code-none-sent = Nothing was asked for yet, or another sign-in has asked since. Ask for a call or an SMS first.
done-phone-added = Your number is proved. It counts from now on.
done-phone-removed = The number was removed.
done-phone-dropped = The number was removed. It had not been proved.

## Telegram on the pages

done-telegram-on = Telegram is on.
done-telegram-off = Telegram is off.
done-telegram-unlinked = The Telegram account is unlinked.
enrolment-with-telegram = Enable with Telegram
enrolment-done-asks-telegram = At sign-in, we ask you in Telegram.
ways-telegram = Telegram
ways-phone = a phone number
home-protected-telegram-note = When you sign in, we ask you in Telegram.
home-protected-several-note = When you sign in, we ask for one of them.
telegram-why-restricted = A Telegram account can itself be opened with one SMS, so it protects less than an app does.
telegram-why-weak = An answer in a chat is quickly given by mistake, and a Telegram account can itself be opened with one SMS.
telegram-chats-label = Linked Telegram accounts
telegram-chat-linked = Linked
telegram-chat-blocked = Bot blocked
telegram-chat-blocked-note = Our bot was blocked there, so nobody is asked. Unblock it in Telegram, or unlink this one.
telegram-chat-unlink = Unlink
telegram-chats-full = { $n ->
    [one] You can link 1 Telegram account. To change it, unlink this one first.
   *[other] You have linked all { $n } Telegram accounts that are allowed. Unlink one to link another.
}
telegram-step-begin = Begin
telegram-step-open = Open the bot
telegram-step-code = Type the code
telegram-start-title = Confirm in Telegram
telegram-start-lead = At every sign-in our bot asks you in Telegram whether it is you.
telegram-start-another-title = Link another Telegram account
telegram-start-another-lead = All linked accounts are asked, and the first answer counts.
telegram-start-how-title = How it goes
telegram-start-how = You open our bot @{ $bot } in Telegram and press Start. It shows you a code, which you type here.
telegram-start-asks = With that, Telegram is linked and on.
telegram-ends-sessions = { $n ->
    [0] When you finish, you stay signed in here. From then on, every sign-in asks you in Telegram.
    [one] When you finish, your other session will be signed out. This one stays.
   *[other] When you finish, your other { $n } sessions will be signed out. This one stays.
}
telegram-start-button = Link Telegram
telegram-advice = Link only a Telegram account that you alone control. You answer for what is done by anyone who can open it.
telegram-link-title = Link a Telegram account
telegram-link-open-title = Open the bot
telegram-link-open-text = Scan this with the phone that has Telegram, or open it on this device. Then press Start in the chat with @{ $bot }.
telegram-qr-alt = QR code that opens the bot in Telegram
telegram-link-open = Open Telegram
telegram-link-new-window = (in a new window)
telegram-link-once = The link works once and is yours alone. Show it to nobody.
telegram-link-shown-before = The link was shown once, on the page before this. Once the bot has shown you a code, go on. If you no longer have the link, ask for a new one.
telegram-link-waits = Waiting until you press Start in the chat with @{ $bot }. This page goes on by itself.
telegram-link-too-early = Nobody has opened the bot by this link yet. Press Start in Telegram first, then go on.
telegram-link-left = { $time } left to link it
telegram-link-anew = Ask for a new link
telegram-link-code-title = Type the code from the chat
telegram-link-by = The bot was opened by
telegram-link-code-text = The bot shows six digits there. Type them here to link this Telegram account.
telegram-link-code-label = Code from the chat
telegram-link-confirm = Link
telegram-link-not-yours = Is this not your Telegram account? Then type nothing, and ask for a new link.
telegram-link-wrong = { $n ->
    [one] That is not the code in the chat. You have 1 try left.
   *[other] That is not the code in the chat. You have { $n } tries left.
}
telegram-link-over-title = This link is over
telegram-link-over-text = It took too long, or there were too many wrong codes. Nothing was linked. Ask for a new link.
telegram-link-refused-title = Refused in Telegram
telegram-link-refused-text = In the chat somebody pressed “It wasn't me”. Nothing was linked. If that was you by mistake, ask for a new link.
telegram-link-another = Link another one
telegram-done-title = Telegram is linked and on
telegram-done-another-title = Telegram account linked
telegram-done-lead = Linked: { $name }
telegram-done-asks = At sign-in, our bot asks you there.
telegram-done-asks-all = At sign-in, all linked accounts are asked. The first answer counts.
telegram-done-refuse = If you are asked without having signed in, press “It wasn't me” and choose a new password.
telegram-on-title = Switch Telegram on again
telegram-on-lead = At every sign-in our bot asks you in Telegram whether it is you.
telegram-on-asks = These Telegram accounts are still linked and will be asked:
telegram-on-button = Switch on
telegram-off-title = Switch off Telegram?
telegram-off-lead = At sign-in, you will no longer be asked in Telegram.
telegram-off-stays-linked = Your Telegram accounts stay linked, so that you can switch it on again.
telegram-unlink-title = Unlink { $name }?
telegram-unlink-lead = Our bot will ask nothing there any more.
telegram-unlink-last = It is the only one that is linked, so Telegram is off then.
telegram-off-challenge-title = Confirm switching off
telegram-off-challenge-lead = After this, we no longer ask you in Telegram.
telegram-unlink-challenge-title = Confirm unlinking
telegram-unlink-challenge-lead = To unlink { $name }, confirm that it is you.
telegram-unlink-button = Unlink
telegram-step-title = Confirm in Telegram
telegram-step-lead = This change is important. Confirm it in Telegram.
telegram-step-match = Press this number in the chat with our bot:
telegram-step-type = Write these digits into the chat with our bot:
telegram-step-tap = Press “Yes, it's me” in the chat with our bot.
telegram-step-number = The number:
telegram-step-on-its-way = The question is on its way to Telegram.
telegram-step-sent = { $n ->
    [one] We have asked you in Telegram. This page goes on once you have answered.
   *[other] We have asked in { $n } Telegram accounts. This page goes on once you have answered in one.
}
telegram-step-before = We ask in Telegram whether it is you.
telegram-step-left = { $time } left to answer in Telegram
telegram-step-late = Nobody answered in time. Ask again, or try another way.
telegram-step-blocked = Our bot was blocked in Telegram, so it cannot ask you. Unblock it there and ask again, or try another way.
telegram-step-down = Telegram is out of reach at this moment. Try another way, or ask again later.
telegram-step-not-delivered = Telegram did not take the question. Ask again, or try another way.
telegram-step-held = Two questions were refused in Telegram. Nothing is asked there until { $time }. Try another way, or a browser you have signed in with before.
telegram-step-ask = Ask me in Telegram
telegram-step-ask-again = Ask again
telegram-step-again-at = You can ask again in { $time } ({ $clock }).
telegram-step-limited-until = You were asked many times. You can ask again in { $time } ({ $clock }).
telegram-step-limited = You were asked many times. Try another way, or come back later.
telegram-step-no-more = No more can be asked here. Start again, or try another way.
telegram-refused-title = Refused in Telegram
telegram-refused-lead = In Telegram the answer was “It wasn't me” or a wrong number. So nobody was let in, and nothing was changed.
telegram-refused-not-you = If you were not doing this yourself, somebody knows your password. Choose a new one.
telegram-refused-password = { $inside ->
    [yes] Change password
   *[no] Set a new password
}
telegram-refused-mistake = If it was you and only the answer was a mistake, start again.

## The demo's phones and chats
demo-ways = Second step
demo-about-every-way = Asked in Telegram first. Has an authenticator app and two phone numbers, too.
demo-about-two-chats = Asked in two Telegram chats at once: the first answer counts.
demo-about-with-phone = Asks for a code of its tablet. Its phone is called when that is out of reach: try another way.
demo-about-to-link = Nothing set up yet: link Kim's Telegram, add an app or a phone number of any kind.
demo-tray-parts = On this page
demo-phones = Phones
demo-phones-text = Every number that an account has, with its calls and SMS. The last four digits of the number that calls are the code.
demo-phones-empty-title = No numbers yet
demo-phones-empty-text = Add a phone number to an account. Its phone will appear here.
demo-phone-nobody = No account has it
demo-phone-quiet = No calls, no messages
demo-call-incoming = Incoming call
demo-call-rings = The phone { $number } rings. { $caller } calls.
demo-call-answer = Answer
demo-call-decline = Decline
demo-call-missed = Missed call
demo-call-declined = Declined call
demo-call-answered = Answered call
demo-sms = SMS
demo-chats = Telegram
demo-chats-text = The chats with the bot @{ $bot }. Its buttons work, and it understands /help.
demo-chat-linked = Linked to
demo-chat-not-linked = Linked to no account
demo-chat-bot = The bot
demo-chat-edited = edited
demo-chat-toast = Answer to the last press: { $text }
demo-chat-write = Message of { $name } to the bot
demo-chat-send = Send
demo-chat-block = Block the bot
demo-chat-unblock = Unblock the bot
demo-chat-blocked = Has blocked the bot, so nothing arrives here.
demo-open-chat-title = Who opens this link?
demo-open-chat-text = It leads into the chat with the bot. Whoever starts it there gets the code for your browser.
demo-open-chat-start = Start as { $name }

## Administration: calls and SMS, and how they and Telegram get out

admin-spending = Calls and SMS
spending-lead = What calls and SMS cost, and what stops those who would earn by them. Costs are in the currency of whoever runs the server.
spending-not-set-up = No trunk for calls and no route for SMS is set up on this installation, so nobody is called and nothing is sent. Whoever runs the server can set them up.
spending-stopped = Stopped prefixes
spending-stopped-note = Numbers that begin like this get no calls and no SMS, in the whole installation, until the hour is over. Open one again only if you know why its codes do not come back.
spending-is-stopped = Stopped
spending-since = Since
spending-until = opens by itself { $time }
spending-reopen = Open again
breaker-too-few = Too few of its codes came back: somebody may earn by them.
breaker-in-sequence = Neighbouring numbers asked one after another, and their codes did not come back.
spending-spent = Spent in the last 24 hours
spending-of-budget = { $share } % of { $budget }, the budget of 24 hours
spending-no-budget = No budget is set
spending-calls-today = Calls today
spending-sms-today = SMS today
spending-days = The last seven days
spending-none-title = No calls and no SMS yet
spending-none-text = Figures appear here with the first code that goes to a phone.
spending-cut = There were more calls and SMS than are counted here. The oldest are left out.
spending-chart = Calls and SMS by day
spending-chart-about = In seven days { $calls } calls and { $sms } SMS.
spending-calls = Calls
spending-sms = SMS
spending-cost = Cost
spending-days-note = Days are those of UTC, the present one is not over.
spending-prefixes = How codes fare, by prefix
spending-prefixes-note = In the last 24 hours. A code comes back when it was typed rightly. Of a hundred, 60 to 80 are usual; when fewer than 30 in a hundred of the newest 50 come back, the prefix is stopped.
spending-prefix = Prefix
spending-begun = Calls and SMS
spending-rang = Rang
spending-answered = Came back
spending-guards = What was not made, and why
spending-guards-none = In the last 24 hours nothing stood against a call or an SMS.
spending-guards-note = In the last 24 hours; one in a minute is counted for each account and network. The person is told little, so that nobody learns where the limits are.
spending-guards-log = See each in the audit log
spending-guard = What stood against it
spending-times = How often
spending-pools = Numbers that call
spending-pools-note = The code of a call is the end of the number that calls. What counts is how many different endings there are.
spending-pool = Everywhere without numbers of its own
spending-pool-thin = Few
spending-pool-endings = { $n } different endings: one guess in { $n } is right. Strangers have at most two wrong answers a day at an account, and five in 30 days.
spending-pool-more = Whoever runs the server should rent more: from { $enough } on there is no warning.
spending-destinations = Where calls and SMS may go
spending-destinations-note = Countries, whole or in part. Numbers of others cannot be added. Whoever runs the server changes the list.
done-prefix-open = The prefix is open again. What was sent before no longer counts against it.
courier-telegram = Telegram bot
courier-calls = Calls
courier-sms = SMS
courier-answered = Last answered
courier-not-answered = Last did not answer
courier-probed-note = Telegram, calls and SMS are tried every 45 seconds. Whoever runs the server sees more at the command line.
couriers-channels = Telegram, calls and SMS within a day
couriers-channels-note = Over the whole installation.
channel-telegram = Telegram messages
channel-call = Calls
channel-sms = SMS
channel-name = Way
channel-waiting = Waiting
channel-sent = Went out
channel-failed = Not taken, late or lost
member-chats = Telegram accounts
member-phones = Phone numbers
desk-chat-blocked = has blocked the bot

## The policy: Telegram, calls and SMS

policy-group-telegram = Telegram
policy-group-phone = Calls and SMS
policy-no-mail = No e-mail is set up on this installation, so nobody can enable this method.
policy-no-telegram = No Telegram bot is set up on this installation, so nobody can enable this method.
policy-no-phone = Neither a trunk for calls nor a route for SMS is set up on this installation, so nobody can enable this method.
policy-no-calls = No trunk for calls is set up on this installation, so nobody is called.
policy-no-sms = No route for SMS is set up on this installation, so none is sent.
policy-missing-here = Not to be had on this installation yet
rule-telegram-style-why = The number that is carried between browser and chat keeps people from confirming blindly. Six typed digits are the safest; of three numbers to pick one is right by chance; one button proves least.
rule-telegram-accounts-max-why = At each sign-in all of them are asked, and the first answer counts.
rule-calls-why = Once so many calls of one sign-in were in vain, the next code goes by SMS. 0: nobody is called.
rule-sms-why = Six digits instead of the four of a call. Where no calls are made, the SMS is sent at once.
rule-phone-numbers-max-why = Each is proved by a call or an SMS when it is added. Each one more can be made to ring.
rule-phone-in-new-browsers-why = Otherwise the phone helps only in browsers that have completed a sign-in before.
rule-needs-phone = The phone counts only beside one of these
rule-needs-phone-why = With none chosen, any method that is no fallback will do. When the last of them is switched off, the phone stops counting.

## Methods that have to wait

telegram-held = Two questions were refused in Telegram a short while ago, so nothing is asked there for now. Try another way, or use a browser you have signed in with before.
telegram-held-until = Two questions were refused in Telegram a short while ago, so nothing is asked there until { $until }. Try another way, or use a browser you have signed in with before.
other-ways-held-telegram = Only after { $time }, because two questions were refused there
