<?php
// What the webmail takes over from the panel: who was meant, and in which language.
class panel extends rcube_plugin
{
    public function init()
    {
        $this->add_hook('startup', [$this, 'open_as_asked']);
        $this->add_hook('login_after', [$this, 'speak_as_chosen']);
    }

    // A link of the panel names the owner and the language of the page that it stands on. Whoever
    // else was here before in this browser makes room: nobody reads another's mail by accident.
    public function open_as_asked($hook)
    {
        $webmail = rcmail::get_instance();
        $owner = rcube_utils::get_input_string('_user', rcube_utils::INPUT_GET);
        $language = rcube_utils::get_input_string('_lang', rcube_utils::INPUT_GET);
        if ($owner && !empty($_SESSION['user_id']) && $owner !== $_SESSION['username']) {
            $webmail->kill_session();
            // What the other's tab is just asking for may write the old session once more.
            $webmail->session->regenerate_id(false);
            $hook['task'] = 'login';
            $hook['action'] = '';
        }
        if (empty($_SESSION['user_id']) && preg_match('/^[A-Za-z]{2,3}([_-][A-Za-z]{2,4})?$/', $language)) {
            $webmail->load_language(str_replace('-', '_', $language));
        }
        return $hook;
    }

    public function speak_as_chosen($hook)
    {
        $database = rcmail::get_instance()->get_dbh();
        $query = $database->query('SELECT language FROM mailhost.languages WHERE address = ?', $_SESSION['username']);
        if ($found = $database->fetch_assoc($query)) {
            $_SESSION['language'] = str_replace('-', '_', $found['language']);
        }
        unset($hook['_user'], $hook['_lang']); // they have served
        return $hook;
    }
}
