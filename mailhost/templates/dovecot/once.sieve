# Keeps each delivery once. The delivery service names it in the detail of the recipient's address
# (alice+NAME@example.com), which is not part of the message and which no sender can write.
# Remembered is only what has been kept: what was refused for a full mailbox may come again.
require ["duplicate", "envelope", "mailbox", "subaddress", "variables"];

# "mailboxexists" makes the account's folder, without which nothing can be remembered.
if allof (
  envelope :matches :detail "to" "?*",
  mailboxexists "INBOX",
  duplicate :handle "once" :uniqueid "${0}" :seconds 604800
) {
  discard;
}
