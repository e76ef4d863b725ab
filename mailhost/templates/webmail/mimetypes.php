<?php
// As `defaults.inc.php`.
return require '/etc/roundcube/mimetypes.php';
