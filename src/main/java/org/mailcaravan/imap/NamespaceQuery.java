package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** NAMESPACE (RFC 2342). */
final class NamespaceQuery extends Command {
  private record Space(String prefix, @Nullable Character separator) {}

  private final Conversation conversation;
  private final List<List<Space>> kinds = new ArrayList<>();

  NamespaceQuery(Conversation conversation) {
    super("NAMESPACE");
    this.conversation = conversation;
  }

  @Override
  boolean wants(String name) {
    return name.equals("NAMESPACE");
  }

  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    kinds.clear();
    for (wire.spaces(); !wire.atLineEnd(); wire.spaces()) {
      if (wire.peek() == ')') {
        throw new ProtocolFailure("a namespace was expected");
      }
      kinds.add(spaces(wire));
    }
  }

  /** The namespaces before the fault count; the personal one comes first. */
  @Override
  boolean skipsMalformed() {
    return true;
  }

  private List<Space> spaces(WireReader wire) throws IOException {
    List<Space> spaces = new ArrayList<>();
    if (!wire.skip('(')) {
      wire.nstring();
      return spaces;
    }
    for (wire.spaces(); !wire.skip(')'); wire.spaces()) {
      wire.expect('(');
      wire.spaces();
      String prefix = conversation.folder(wire.astring()).text();
      wire.spaces();
      Character separator = wire.separator();
      // Extensions (RFC 5255 section 3.4) may follow.
      for (wire.spaces(); !wire.skip(')'); wire.spaces()) {
        wire.skipValue();
      }
      spaces.add(new Space(prefix, separator));
    }
    return spaces;
  }

  /** The namespaces, or null when the server gave no personal one. */
  @Nullable Namespaces result() {
    if (kinds.isEmpty() || kinds.get(0).isEmpty()) {
      return null;
    }
    Space own = kinds.get(0).get(0);
    List<String> foreign = kinds.stream().skip(1).flatMap(List::stream).map(Space::prefix).toList();
    return new Namespaces(own.prefix(), own.separator(), foreign);
  }
}
