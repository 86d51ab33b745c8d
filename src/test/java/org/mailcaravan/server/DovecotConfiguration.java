package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of a dovecot.conf for {@link DovecotServer}. */
record DovecotConfiguration(
    Path folder, TlsCertificate certificate, int port, int tlsPort, DovecotServer.Builder wanted) {

  String text() {
    return Stream.of(
            basics(), users(), whoRuns(), namespace(), storage(), plugins(), services(), extras())
        .collect(Collectors.joining("\n"));
  }

  private String basics() {
    return """
    base_dir = %1$s/run
    state_dir = %1$s/run
    log_path = %1$s/dovecot.log
    protocols = imap
    listen = 127.0.0.1
    ssl = yes
    ssl_cert = <%2$s
    ssl_key = <%3$s
    disable_plaintext_auth = no
    # A test connects often and from one address.
    mail_max_userip_connections = 0
    # Mail of a test need not survive a power cut.
    mail_fsync = never
    """
        .formatted(folder, certificate.certificate(), certificate.key());
  }

  private String users() {
    return """
    auth_mechanisms = plain login%2$s
    auth_username_chars =
    auth_failure_delay = 0
    auth_master_user_separator = *
    passdb {
      driver = passwd-file
      args = %1$s/masters
      master = yes
    }
    passdb {
      driver = passwd-file
      # A file for each user: one file for all would be read again only a second later.
      args = %1$s/users/%%u
    }
    %3$s
    """
        .formatted(
            folder,
            wanted.introspection.isEmpty() ? "" : " xoauth2 oauthbearer",
            wanted.introspection.isEmpty()
                ? ""
                : "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = "
                    + folder
                    + "/oauth2\n}");
  }

  /** The file that says who knows whose token one is. */
  String tokens() {
    return """
    introspection_mode = get
    introspection_url = %s
    username_attribute = username
    active_attribute = active
    active_value = true
    """
        .formatted(wanted.introspection);
  }

  /**
   * Root becomes nobody for mail (Dovecot reads no mail as root) and the users of Debian's package
   * for the rest; anybody else can only be himself.
   */
  private String whoRuns() {
    boolean root = attribute("unix:uid").equals(0);
    String uid = root ? "65534" : attribute("unix:uid").toString();
    String gid = root ? "65534" : attribute("unix:gid").toString();
    String others =
        root
            ? ""
            : """
              default_internal_user = %1$s
              default_login_user = %1$s
              default_internal_group = %2$s
              """
                .formatted(attribute("owner:owner"), attribute("posix:group"));
    return others
        + """
          first_valid_uid = 1
          userdb {
            driver = static
            args = uid=%s gid=%s home=%s/mail/%%u allow_all_users=yes
          }
          """
            .formatted(uid, gid, folder);
  }

  private Object attribute(String name) {
    try {
      return Files.getAttribute(folder, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String namespace() {
    String special =
        wanted.specialUse
            ? Stream.of("Drafts", "Sent", "Trash", "Junk", "Archive")
                .map(DovecotConfiguration::specialFolder)
                .collect(Collectors.joining())
            : "";
    return """
    namespace inbox {
      inbox = yes
      prefix = %s
      separator = %s
    %s}
    """
        .formatted(wanted.prefix, wanted.separator, special);
  }

  private static String specialFolder(String role) {
    return """
      mailbox %s {
        special_use = \\%s
        auto = %s
      }
    """
        .formatted(role, role, role.equals("Archive") ? "no" : "create");
  }

  private String storage() {
    return switch (wanted.storage) {
      // Maildir++ parts levels by dots in folder names; a slash needs real folders.
      case MAILDIR ->
          "mail_location = maildir:~/Maildir"
              + (wanted.separator == '.' ? "" : ":LAYOUT=fs")
              + "\n";
      case MDBOX -> "mail_location = mdbox:~/mdbox\n";
    };
  }

  private String plugins() {
    StringBuilder text = new StringBuilder();
    String plugins = wanted.compress ? "imap_zlib" : "";
    if (wanted.quotaKibibytes > 0) {
      plugins += " quota imap_quota";
      text.append(
          """
          mail_plugins = quota
          plugin {
            quota = count:User quota
            quota_vsizes = yes
            quota_rule = *:storage=%dK
          }
          """
              .formatted(wanted.quotaKibibytes));
    }
    text.append("protocol imap {\n  mail_plugins = ").append(plugins).append('\n');
    if (!wanted.capability.isEmpty()) {
      text.append("  imap_capability = ").append(wanted.capability).append('\n');
    }
    if (!wanted.timeZone.isEmpty()) {
      text.insert(0, "import_environment = TZ=" + wanted.timeZone + "\n");
    }
    return text.append("}\n").toString();
  }

  private String services() {
    return """
    service imap-login {
      chroot =
      service_count = 0
      inet_listener imap {
        port = %d
      }
      inet_listener imaps {
        port = %d
      }
    }
    # A process for each login takes three times as long and most of the processor.
    service imap {
      service_count = 1000
    }
    service auth {
      client_limit = 2000
    }
    service anvil {
      chroot =
      # Wrong passwords must not slow down the next login.
      unix_listener anvil-auth-penalty {
        mode = 0
      }
    }
    """
        .formatted(port, tlsPort);
  }

  private String extras() {
    return String.join("\n", wanted.extraLines) + "\n";
  }
}
