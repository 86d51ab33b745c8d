package org.mailcaravan.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;

/**
 * What a caller of the API has to know: 32 random octets in base64url, in a file that only the user
 * of the service can read. Whoever can read it may do what that user may do here.
 */
final class ApiToken {
  /** The name of the file in the data folder. */
  static final String FILE = "api.token";

  private static final int OCTETS = 32;
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43,200}");
  private static final String SCHEME = "bearer ";

  private final Secret token;

  private ApiToken(String token) {
    this.token = Secret.of(token);
  }

  /**
   * The token of a data folder; made where there is none.
   *
   * @throws RequestRejected when the file can be used by others, or holds no token
   */
  static ApiToken in(Path dataFolder) {
    Path file = dataFolder.resolve(FILE);
    try {
      if (Files.notExists(file)) {
        byte[] random = new byte[OCTETS];
        new SecureRandom().nextBytes(random);
        OwnFile.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
      }
      if (OwnFile.isOpenToOthers(file)) {
        throw rejected(
            file,
            "other users than its owner may use it",
            "Delete it, and the next start makes a new one: somebody may have copied this one.");
      }
      if (Files.size(file) > 1000) {
        throw noToken(file);
      }
      String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      if (!SHAPE.matcher(token).matches()) {
        throw noToken(file);
      }
      return new ApiToken(token);
    } catch (IOException e) {
      throw rejected(
          file,
          "it can be neither read nor made (" + e.getClass().getSimpleName() + ")",
          "Check that this user may read and write there.");
    }
  }

  private static RequestRejected noToken(Path file) {
    return rejected(
        file,
        "it holds no token of 43 or more letters, digits, \"-\" and \"_\"",
        "Delete it, and the next start makes a new one.");
  }

  private static RequestRejected rejected(Path file, String cause, String nextStep) {
    return new RequestRejected(
        new Problem(Where.onDisk("token file", file), cause, Owner.US, nextStep));
  }

  /**
   * Whether a request carries the token. It takes as long for a token that is nearly right.
   *
   * @param authorization the header of that name, or null
   */
  boolean isIn(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    return MessageDigest.isEqual(
        token.reveal().getBytes(StandardCharsets.UTF_8),
        authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
  }
}
