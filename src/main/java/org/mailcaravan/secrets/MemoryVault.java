package org.mailcaravan.secrets;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.mailcaravan.model.Secret;

/**
 * A vault for passwords that only this run of the program needs. They are never written to disk,
 * and are gone when the program ends.
 */
public final class MemoryVault implements Vault {
  private record Place(String mailboxId, Role role) {}

  private final Map<Place, Secret> secrets = new ConcurrentHashMap<>();

  @Override
  public void putAll(List<Credential> credentials) {
    for (Credential credential : credentials) {
      secrets.put(new Place(credential.mailboxId(), credential.role()), credential.secret());
    }
  }

  @Override
  public Optional<Secret> find(String mailboxId, Role role) {
    return Optional.ofNullable(secrets.get(new Place(mailboxId, role)));
  }

  @Override
  public List<Credential> findAll(Collection<String> mailboxIds) {
    List<Credential> found = new ArrayList<>();
    for (String mailboxId : mailboxIds) {
      for (Role role : Role.values()) {
        find(mailboxId, role)
            .ifPresent(secret -> found.add(new Credential(mailboxId, role, secret)));
      }
    }
    return found;
  }

  /** Does nothing: all credentials are of this run. */
  @Override
  public void renew(Collection<String> mailboxIds) {}

  @Override
  public boolean replace(String mailboxId, Role role, Secret before, Secret after) {
    return secrets.replace(new Place(mailboxId, role), before, after);
  }

  @Override
  public void forget(Collection<String> mailboxIds) {
    for (String mailboxId : mailboxIds) {
      for (Role role : Role.values()) {
        secrets.remove(new Place(mailboxId, role));
      }
    }
  }

  @Override
  public void sweep() {
    // There are no files.
  }

  /** Deletes nothing: all credentials are of this run. */
  @Override
  public int forgetBefore(Instant instant, UnaryOperator<List<String>> unneeded) {
    return 0;
  }
}
