package org.mailcaravan.secrets;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.mailcaravan.model.Sha256;

/**
 * The keys that seal credentials. The newest one seals, all of them open. An old key can be removed
 * after the next start, which seals everything again with the newest. Immutable and thread-safe.
 */
public final class KeyRing {
  /** Octets in a key of AES-256. */
  private static final int KEY_OCTETS = 32;

  /** One key; its id is public and does not reveal the key. */
  record SealingKey(String id, SecretKey key) {
    @Override
    public String toString() {
      return "key " + id;
    }
  }

  private final List<SealingKey> keys;

  private KeyRing(List<SealingKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads keys.
   *
   * @param lines one key on each line, in Base64 of either alphabet, newest first; blank lines and
   *     lines that begin with "#" are ignored
   * @throws IllegalArgumentException when there is no key, or one does not have 32 octets; the
   *     message continues after the place and never shows a key
   */
  static KeyRing of(List<String> lines) {
    List<SealingKey> keys = new ArrayList<>();
    for (String line : lines) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        keys.add(key(text, keys.size() + 1));
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("holds no key");
    }
    return new KeyRing(keys);
  }

  private static SealingKey key(String text, int number) {
    byte[] octets;
    try {
      octets = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      // The decoder's message shows a character of the key.
      octets = new byte[0];
    }
    if (octets.length != KEY_OCTETS) {
      throw new IllegalArgumentException(
          "holds something as key " + number + " that is not 32 octets in Base64");
    }
    return new SealingKey(id(octets), new SecretKeySpec(octets, "AES"));
  }

  private static String id(byte[] key) {
    return HexFormat.of().formatHex(Sha256.digest().digest(key), 0, 4);
  }

  /** A new random key in Base64. */
  static String newKey(SecureRandom random) {
    byte[] octets = new byte[KEY_OCTETS];
    random.nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }

  /** The key to seal with. */
  SealingKey newest() {
    return keys.get(0);
  }

  /** The key with an id, or empty when the ring does not have it. */
  Optional<SealingKey> find(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  @Override
  public String toString() {
    return keys.toString();
  }
}
