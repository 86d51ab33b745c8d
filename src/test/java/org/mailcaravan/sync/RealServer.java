package org.mailcaravan.sync;

import org.mailcaravan.server.CourierServer;
import org.mailcaravan.server.CyrusServer;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.FolderNames;
import org.mailcaravan.server.ImapServer;
import org.mailcaravan.sync.folders.FallbackNames;
import org.mailcaravan.sync.folders.OddNames;

/** The mail servers that Debian has, as people run them. */
enum RealServer {
  MDBOX {
    @Override
    ImapServer server() {
      return DovecotServer.builder().storage(Storage.MDBOX).specialUse(false).start();
    }
  },
  MAILDIR {
    @Override
    ImapServer server() {
      return DovecotServer.builder().specialUse(false).start();
    }
  },
  BELOW_INBOX {
    @Override
    ImapServer server() {
      return DovecotServer.builder().prefix("INBOX.").separator('.').specialUse(false).start();
    }
  },
  CYRUS {
    @Override
    ImapServer server() {
      return CyrusServer.start();
    }

    @Override
    String at(String name) {
      return name.contains("%") ? FallbackNames.of(name, "", '/').get(0) : name;
    }
  },
  COURIER {
    @Override
    ImapServer server() {
      return CourierServer.start();
    }

    @Override
    String at(String name) {
      String own = FolderNames.BELOW_INBOX.onServer(name);
      return OddNames.isBeyondFirstPlane(name)
          ? FolderNames.BELOW_INBOX.common(FallbackNames.of(own, "INBOX.", '.').get(0))
          : name;
    }
  };

  abstract ImapServer server();

  /** How folders are named here. */
  FolderNames names() {
    return this == BELOW_INBOX || this == COURIER ? FolderNames.BELOW_INBOX : FolderNames.PLAIN;
  }

  /** What a folder is called here when the server cannot have its name. */
  String at(String name) {
    return name;
  }

  /** Started, with the account of {@link Caravan#USER}. */
  ImapServer start() {
    return server().addUser(Caravan.USER, Caravan.PASSWORD);
  }
}
