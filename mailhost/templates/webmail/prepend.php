<?php
// Runs before each page: Roundcube's own folder of plugins belongs to the system.
define('RCUBE_PLUGINS_DIR', '@{folder}/webmail/plugins/');
