# A message left Junk: it is no spam, unless it is only thrown away. See spam.sieve.
require ["environment", "imap4flags", "imapsieve", "variables", "vnd.dovecot.execute"];

if anyof (
  environment :is "imap.mailbox" ["Junk", "Trash"],
  environment :matches "imap.mailbox" ["Junk/*", "Trash/*"],
  hasflag "PigeonnierHam"
) {
  stop;
}
removeflag "PigeonnierToSpam";
addflag "PigeonnierToHam";
if environment :matches "imap.user" "*" {
  execute "moved" "${1}";
}
