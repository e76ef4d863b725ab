<?php
// Written by `manage.py mailhost` at each start: changes belong into the templates.
$config = [
    'db_dsnw' => '@{webmail_database}',
    'des_key' => '@{webmail_key}',
    'cipher_method' => 'AES-256-CBC',
    'session_lifetime' => @{session_minutes},
    'session_samesite' => 'Lax',
    'use_https' => true,
    'temp_dir' => '@{folder}/webmail/temp',
    'log_driver' => 'stdout', // which php-fpm passes on

    'imap_host' => '@{webmail_imap}',
    'imap_conn_options' => ['ssl' => ['verify_peer' => true, 'cafile' => '@{webmail_authorities}']],
    'smtp_host' => '@{webmail_smtp}',
    // The certificate is for the host's name, and nobody stands in between on loopback.
    'smtp_conn_options' => ['ssl' => [
        'verify_peer' => @{submission_is_verified},
        'verify_peer_name' => @{submission_is_verified},
    ]],
    'max_message_size' => @{message_size_limit},
    // Addresses are checked by Postfix, which knows whose they are.
    'identities_level' => 0,

    // The language is chosen in the panel.
    'dont_override' => ['language'],
    'plugins' => ['panel'],
    'product_name' => 'Webmail',
    'useragent' => 'Webmail',
    'support_url' => '@{panel_url}',
    'enable_spellcheck' => false,
    'skin' => 'elastic',
];
