<?php
// Makes Roundcube's tables in its schema, or brings them up to the installed version.
define('INSTALL_PATH', '@{roundcube}/');
require __DIR__ . '/prepend.php';
require INSTALL_PATH . 'program/include/clisetup.php';

if (in_array('users', rcmail_utils::db()->list_tables())) {
    rcmail_utils::db_update(INSTALL_PATH . 'SQL', 'roundcube', null, ['errors' => true, 'quiet' => true]);
} else {
    rcmail_utils::db_init(INSTALL_PATH . 'SQL');
}
