<?php
// Roundcube looks for its defaults beside its configuration.
require '/etc/roundcube/defaults.inc.php';
