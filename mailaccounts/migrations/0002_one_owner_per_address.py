"""An address belongs to one account or alias, whichever table it stands in.

A unique index holds within a table only. The advisory lock makes two transactions that take the
same address wait for each other, so that the second one sees the first one's row.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION mailaccounts_address_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('mailaccounts.address'), hashtext(NEW.address));
    IF EXISTS (SELECT FROM mailaccounts_mailaccount
               WHERE address = NEW.address AND TG_TABLE_NAME <> 'mailaccounts_mailaccount')
    OR EXISTS (SELECT FROM mailaccounts_alias
               WHERE address = NEW.address AND TG_TABLE_NAME <> 'mailaccounts_alias') THEN
        RAISE unique_violation USING
            MESSAGE = format('the address %s is taken', NEW.address),
            CONSTRAINT = 'address_has_one_owner';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER address_has_one_owner BEFORE INSERT OR UPDATE OF address ON mailaccounts_mailaccount
    FOR EACH ROW EXECUTE FUNCTION mailaccounts_address_is_free();
CREATE TRIGGER address_has_one_owner BEFORE INSERT OR UPDATE OF address ON mailaccounts_alias
    FOR EACH ROW EXECUTE FUNCTION mailaccounts_address_is_free();
"""

BACKWARD = """
DROP TRIGGER address_has_one_owner ON mailaccounts_mailaccount;
DROP TRIGGER address_has_one_owner ON mailaccounts_alias;
DROP FUNCTION mailaccounts_address_is_free();
"""


class Migration(migrations.Migration):
    dependencies = [("mailaccounts", "0001_accounts")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
