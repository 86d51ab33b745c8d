package org.mailcaravan.store;

import java.util.Set;
import org.mailcaravan.model.Fingerprint;

/**
 * What the ledger keeps of a copied message beside its place.
 *
 * @param flags flags and keywords as they stood at the source when they were last carried over
 * @param users those that the destination had otherwise than we wrote them when the source changed
 *     them: they are the user's since, and not ours to change
 */
public record Details(Set<String> flags, Set<String> users, Fingerprint fingerprint) {
  public Details {
    flags = Set.copyOf(flags);
    users = Set.copyOf(users);
  }
}
