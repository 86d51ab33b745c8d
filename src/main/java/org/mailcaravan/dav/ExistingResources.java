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
final class ExistingResources {
  /**
   * A resource that the server holds.
   *
   * @param invites whether a server that sends invitations would tell somebody of a change
   */
  record Existing(String path, @Nullable String etag, EntryIdentity identity, boolean invites) {
    String digest() {
      return identity.digest();
    }
  }

  private final DavCollection collection;
  // Null when the server does not list its resources.
  private final @Nullable Map<String, String> etags;
  // The resources that are not in the ledger, by the digest of their UID, and by path.
  private final Map<String, Existing> others = new HashMap<>();
  private final Map<String, Existing> othersByPath = new HashMap<>();

  private ExistingResources(DavCollection collection, @Nullable Map<String, String> etags) {
    this.collection = collection;
    this.etags = etags;
  }

  /** Of an empty collection. */
  static ExistingResources none(DavCollection collection) {
    return new ExistingResources(collection, Map.of());
  }

  /**
   * Reads what the collection holds, as far as the server lists it.
   *
   * @param known resources in the ledger, whose contents need not be read
   */
  static ExistingResources in(DavCollection collection, Collection<Stored> known) {
    ExistingResources existing = new ExistingResources(collection, collection.etags().orElse(null));
    existing.read(known);
    return existing;
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
            Existing existing = existing(content.href(), content);
            othersByPath.put(existing.path(), existing);
            String uid = existing.identity().uid();
            if (!uid.isEmpty()) {
              others.putIfAbsent(Digest.of(uid), existing);
            }
          }

          @Override
          public void unreadable(String path, String words) {
            // Reported when a resource of the import would go there.
          }
        });
  }

  private Existing existing(String path, DavCollection.Content content) {
    return new Existing(
        path,
        content.etag(),
        EntryIdentity.of(content.text()),
        collection.kind() == Groupware.CALENDARS && Invitations.isLeftToServer(content.text()));
  }

  /** Whether the server lists its resources. */
  boolean isListed() {
    return etags != null;
  }

  /**
   * The ETag of the resource at a path, an empty text when it has none, or null when there is no
   * resource.
   */
  @Nullable String etag(String path) {
    return etags == null ? null : etags.get(path);
  }

  /** The resource with this UID that is not in the ledger, or null. */
  @Nullable Existing ofUid(String digest) {
    return others.get(digest);
  }

  /** The resource at this path that is not in the ledger, or null. */
  @Nullable Existing at(String path) {
    return othersByPath.get(path);
  }

  /**
   * The resource that the server holds now, or empty.
   *
   * @throws DavCollection.Unreadable when the server does not return it
   */
  Optional<Existing> get(URI uri) {
    return collection.get(uri).map(content -> existing(DavPath.of(uri), content));
  }
}
