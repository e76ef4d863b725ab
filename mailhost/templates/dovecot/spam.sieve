# A message came into Junk: it is to be learned as spam. That stands with the message, where the panel's
# worker finds it; here it is only said for whom there is work, so that nobody waits.
require ["environment", "imap4flags", "imapsieve", "variables", "vnd.dovecot.execute"];

if hasflag "PigeonnierSpam" {
  stop;
}
removeflag "PigeonnierToHam";
addflag "PigeonnierToSpam";
if environment :matches "imap.user" "*" {
  execute "moved" "${1}";
}
