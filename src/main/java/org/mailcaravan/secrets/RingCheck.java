package org.mailcaravan.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether the secret key of this program is the one that seals the passwords in a database that
 * several programs share. The database holds a value of that key, from which the key cannot be
 * found.
 */
public final class RingCheck {
  private static final String MAC = "HmacSHA256";

  private record Row(String keyId, String mac) {}

  private final JdbcClient jdbc;
  private final KeyRing keys;
  private final String place;

  /**
   * @param place where the keys of this program come from, for people
   */
  public RingCheck(JdbcClient jdbc, KeyRing keys, String place) {
    this.jdbc = jdbc;
    this.keys = keys;
    this.place = place;
  }

  /**
   * To be called at the start, before anything is sealed or opened. The first program's key is
   * remembered; a newer one takes its place once a program has it as its first key and the older
   * one beside it. Not within a transaction.
   *
   * @throws RequestRejected when this program does not have the key
   */
  public void run() {
    List<Row> rows = rows();
    if (rows.isEmpty()) {
      requireKeyOfWhatIsSealed();
      try {
        KeyRing.SealingKey own = keys.newest();
        jdbc.sql("insert into key_check (id, key_id, mac) values (1, ?, ?)")
            .params(own.id(), mac(own))
            .update();
        return;
      } catch (DuplicateKeyException e) {
        rows = rows(); // Another program was quicker.
      }
    }
    Row row = rows.get(0);
    KeyRing.SealingKey known =
        keys.find(row.keyId())
            .filter(key -> isEqual(mac(key), row.mac()))
            .orElseThrow(() -> missing(row.keyId()));
    KeyRing.SealingKey newest = keys.newest();
    if (!newest.id().equals(known.id())) {
      jdbc.sql("update key_check set key_id = ?, mac = ? where id = 1 and key_id = ?")
          .params(newest.id(), mac(newest), known.id())
          .update();
    }
  }

  private List<Row> rows() {
    return jdbc.sql("select key_id, mac from key_check")
        .query((row, number) -> new Row(row.getString(1), row.getString(2)))
        .list();
  }

  /** An earlier version has sealed passwords and left no value of its key. */
  private void requireKeyOfWhatIsSealed() {
    List<String> sealedWith =
        jdbc.sql(
                "select distinct sealed_with from (select substring(sealed from 4 for 8) as sealed_with from credential) c")
            .query(String.class)
            .list();
    if (!sealedWith.isEmpty() && sealedWith.stream().noneMatch(id -> keys.find(id).isPresent())) {
      throw missing(sealedWith.get(0));
    }
  }

  private RequestRejected missing(String id) {
    return new RequestRejected(
        new Problem(
            Where.words(place),
            "the passwords in the database are sealed with the key " + id + ", which is not there",
            Owner.US,
            "Give this program the secret key of the others that use the database"
                + " (secrets.key-file or "
                + KeySource.VARIABLE
                + "), then start it again. If that key is lost for good, so are the passwords: "
                + "\"delete from key_check\" lets a new key take its place."));
  }

  private static boolean isEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  private static String mac(KeyRing.SealingKey key) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key.key());
      return Base64.getEncoder()
          .encodeToString(
              mac.doFinal("mailcaravan key check 1".getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC with SHA-256 does not work here", e);
    }
  }
}
