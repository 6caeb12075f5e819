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
password-hint = At least { $n } characters. A few unrelated words work well.
puzzle-working = Checking your browser. This takes a few seconds.
puzzle-done = Your browser is checked. You can sign in.
puzzle-without-script = There were many wrong attempts for this account. To sign in now, please turn on JavaScript, or try again tomorrow.
forgotten-title = Forgotten your password?
forgotten-text = Ask the support of { $organisation } for a reset link. It opens a page where you choose a new password. Your second step stays as it is.
sign-up-title = Create your account
sign-up-lead = For your account at { $organisation }.
sign-up-button = Create account
sign-up-link = Create an account
sign-up-have-account = Already have an account?
sign-up-done-title = Almost there
sign-up-done-text = If this e-mail address had no account yet, it has one now. Sign in with your password.
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
other-ways-title = Choose another way
other-ways-lead = How do you want to confirm that it is you?
other-ways-only-one = This is the only way your account has. If you have several devices, any of them will do.
step-up-title = Confirm it's you
step-up-code-lead = This change is important. Type the 6-digit code from your authenticator app.
step-up-password-lead = This change is important. Type your password once more.
remove-challenge-title = Confirm the removal
remove-challenge-lead = To remove “{ $name }”, type a 6-digit code from your authenticator app.
remove-device-button = Remove device
