package org.mailcaravan.dav;

import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.store.StoredResources.Stored;

/** What a collection at the destination held before an import. Thread-safe. */
final class HeldResources {
  /**
   * What the server holds under a path.
   *
   * @param invites whether a server that schedules tells somebody when it changes
   */
  record Held(String path, @Nullable String etag, Likeness likeness, boolean invites) {
    String digest() {
      return likeness.digest();
    }
  }

  private final DavCollection collection;
  // Null where the server does not list what is there.
  private final @Nullable Map<String, String> etags;
  // What is there beside what is known, by the digest of its UID, and by its path.
  private final Map<String, Held> others = new HashMap<>();
  private final Map<String, Held> othersByPath = new HashMap<>();

  private HeldResources(DavCollection collection, @Nullable Map<String, String> etags) {
    this.collection = collection;
    this.etags = etags;
  }

  /** Of a collection in which there is nothing. */
  static HeldResources none(DavCollection collection) {
    return new HeldResources(collection, Map.of());
  }

  /**
   * Looks, as far as the server tells, what is there.
   *
   * @param known need not be read, since it is known what they say
   */
  static HeldResources in(DavCollection collection, Collection<Stored> known) {
    HeldResources held = new HeldResources(collection, collection.etags().orElse(null));
    held.read(known);
    return held;
  }

  private void read(Collection<Stored> known) {
    if (etags == null) {
      return;
    }
    Set<String> ours = new HashSet<>();
    known.forEach(stored -> ours.add(stored.href()));
    List<String> unknown = etags.keySet().stream().filter(path -> !ours.contains(path)).toList();
    collection.contents(
        unknown,
        new DavCollection.Reader() {
          @Override
          public void read(DavCollection.Content content) {
            Held held = held(content.href(), content);
            othersByPath.put(held.path(), held);
            String uid = held.likeness().uid();
            if (!uid.isEmpty()) {
              others.putIfAbsent(Digest.of(uid), held);
            }
          }

          @Override
          public void unreadable(String path, String words) {
            // Told when something would go there.
          }
        });
  }

  private Held held(String path, DavCollection.Content content) {
    return new Held(
        path,
        content.etag(),
        Likeness.of(content.text()),
        collection.kind() == Groupware.CALENDARS && Invitations.isLeftToServer(content.text()));
  }

  /** Whether the server lists what is there. */
  boolean isListed() {
    return etags != null;
  }

  /** The ETag of what lies at a path, an empty text where it has none, or null. */
  @Nullable String etag(String path) {
    return etags == null ? null : etags.get(path);
  }

  /** What is there that is not known, and has this UID. */
  @Nullable Held ofUid(String digest) {
    return others.get(digest);
  }

  /** What is there that is not known, and lies at this path. */
  @Nullable Held at(String path) {
    return othersByPath.get(path);
  }

  /**
   * What the server holds now.
   *
   * @throws DavCollection.Unreadable when it does not show it
   */
  Optional<Held> look(URI uri) {
    return collection.get(uri).map(content -> held(DavPath.of(uri), content));
  }
}
