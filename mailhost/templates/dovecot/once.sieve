# Keeps each delivery once, in the folder that is wanted. The delivery service names both in the
# detail of the recipient's address (alice+NAME@example.com, or alice+NAME.junk@example.com), which
# is not part of the message and which no sender can write.
# Remembered is only what has been kept: what was refused for a full mailbox may come again.
require ["duplicate", "envelope", "fileinto", "mailbox", "subaddress", "variables"];

if envelope :matches :detail "to" "?*.junk" {
  set "name" "${1}${2}";
  set "folder" "Junk";
} elsif envelope :matches :detail "to" "?*" {
  set "name" "${0}";
}

# "mailboxexists" makes the account's folder, without which nothing can be remembered.
if allof (
  not string "${name}" "",
  mailboxexists "INBOX",
  duplicate :handle "once" :uniqueid "${name}" :seconds 604800
) {
  discard;
} elsif string "${folder}" "Junk" {
  fileinto :create "Junk";
}
