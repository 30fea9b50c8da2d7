-- Sign-on with Google in Odoo itself: its module auth_oauth, with the client that belongs to this installation, and with no
-- other provider. Odoo only lets in whom it knows as a user: nobody makes himself an account by signing in.
-- A database without the module is left alone.
\getenv client_id GOOGLE_CLIENT_ID
SELECT to_regclass('auth_oauth_provider') IS NOT NULL AS has_module \gset
\if :has_module
UPDATE auth_oauth_provider AS provider
SET client_id = CASE WHEN known.name = 'provider_google' THEN :'client_id' ELSE provider.client_id END,
    enabled = (known.name = 'provider_google')
FROM ir_model_data AS known
WHERE known.model = 'auth.oauth.provider' AND known.module = 'auth_oauth' AND known.res_id = provider.id
  AND (provider.enabled IS DISTINCT FROM (known.name = 'provider_google')
    OR known.name = 'provider_google' AND provider.client_id IS DISTINCT FROM :'client_id');
INSERT INTO ir_config_parameter (key, value)
VALUES ('auth_signup.invitation_scope', 'b2b')
ON CONFLICT (key) DO UPDATE
  SET value = excluded.value
  WHERE ir_config_parameter.value IS DISTINCT FROM excluded.value;
\else
\warn Odoo has no module auth_oauth here yet (Apps, OAuth2 Authentication): nobody signs in with Google until it has
\endif
