package org.mailcaravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Secret;
import org.mailcaravan.settings.OAuthProfile.ClientCertificate;
import org.mailcaravan.settings.OAuthProfile.ServiceAccount;

/**
 * Signs statements that prove who we are (RFC 7523). The key is read each time, about once an hour,
 * so that a new file counts without a restart. Thread-safe.
 */
final class Assertions {
  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private static final int LONGEST_FILE = 100_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;

  Assertions(Clock clock) {
    this.clock = clock;
  }

  /** A key or certificate cannot be used; the message says which file and why. */
  static final class UnusableKey extends Exception {
    private static final long serialVersionUID = 1;

    UnusableKey(Path file, String why) {
      super(file + " " + why);
    }
  }

  /** Of an application (private_key_jwt), as Microsoft's "certificate credentials" describes it. */
  Secret ofClient(String clientId, URI audience, ClientCertificate grant) throws UnusableKey {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.PS256)
            .type(JOSEObjectType.JWT)
            .x509CertSHA256Thumbprint(thumbprint(grant.certificateFile()))
            .build();
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(clientId)
            .subject(clientId)
            .audience(audience.toString())
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
            .build();
    return signed(header, claims, key(text(grant.keyFile()), grant.keyFile()), grant.keyFile());
  }

  /**
   * Of a service account that acts for a user, as Google's "Using OAuth 2.0 for Server to Server
   * Applications" describes it. The file's token_uri is not used: the file comes from a customer,
   * and would decide where we connect to.
   *
   * @param user the address of the mailbox
   */
  Secret ofServiceAccount(String user, String scope, URI audience, ServiceAccount grant)
      throws UnusableKey {
    JsonNode account = account(grant);
    JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT);
    String keyId = account.path("private_key_id").asText();
    if (!keyId.isEmpty()) {
      header.keyID(keyId);
    }
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(account.path("client_email").asText())
            .subject(user)
            .audience(audience.toString())
            .claim("scope", scope)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofMinutes(10))))
            .build();
    return signed(
        header.build(),
        claims,
        key(account.path("private_key").asText(), grant.keyFile()),
        grant.keyFile());
  }

  /** The number by which an administrator of Google Workspace knows a service account, or empty. */
  static String clientId(ServiceAccount grant) {
    try {
      String id = account(grant).path("client_id").asText();
      return id.matches("\\d{1,40}") ? id : "";
    } catch (UnusableKey e) {
      return "";
    }
  }

  private static JsonNode account(ServiceAccount grant) throws UnusableKey {
    try {
      JsonNode account = JSON.readTree(text(grant.keyFile()));
      if (account != null
          && account.path("type").asText().equals("service_account")
          && account.path("client_email").asText().contains("@")) {
        return account;
      }
    } catch (IOException e) {
      // The same answer as for another JSON.
    }
    throw new UnusableKey(grant.keyFile(), "is not the JSON key file of a service account");
  }

  private static String text(Path file) throws UnusableKey {
    try {
      if (Files.size(file) <= LONGEST_FILE) {
        return Files.readString(file, StandardCharsets.UTF_8);
      }
      throw new UnusableKey(file, "is too large for a key");
    } catch (IOException e) {
      throw new UnusableKey(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static PrivateKey key(String pem, Path file) throws UnusableKey {
    Matcher found = PEM_KEY.matcher(pem);
    if (!found.find()) {
      throw new UnusableKey(
          file,
          "holds no key that begins with -----BEGIN PRIVATE KEY----- (PKCS #8, without a passphrase)");
    }
    try {
      byte[] octets = Base64.getMimeDecoder().decode(found.group(1));
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(octets));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnusableKey(file, "holds no RSA key that can be read");
    }
  }

  private static Base64URL thumbprint(Path file) throws UnusableKey {
    try {
      byte[] octets =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(text(file).getBytes(StandardCharsets.UTF_8)))
              .getEncoded();
      return Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (GeneralSecurityException e) {
      throw new UnusableKey(file, "holds no certificate that can be read (PEM)");
    }
  }

  private static Secret signed(JWSHeader header, JWTClaimsSet claims, PrivateKey key, Path file)
      throws UnusableKey {
    try {
      SignedJWT jwt = new SignedJWT(header, claims);
      jwt.sign(new RSASSASigner(key));
      return Secret.of(jwt.serialize());
    } catch (JOSEException | IllegalArgumentException e) {
      throw new UnusableKey(
          file, "holds a key that cannot sign; it needs RSA with 2048 bits or more");
    }
  }
}
