package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.AppendRefusal;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/** Sentences as servers say them, by server, and what is made of each for people. */
class SentencesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Gmail      | [AUTHENTICATIONFAILED] Invalid credentials (Failure)                  | wrong-password      | CUSTOMER",
        "Gmail      | [ALERT] Lookup failed abc123                                           | login-refused       | OLD_HOST",
        "Gmail      | [UNAVAILABLE] Temporary System Error                                   | server-down         | OLD_HOST",
        "Microsoft  | AUTHENTICATE failed.                                                   | wrong-password      | CUSTOMER",
        "Microsoft  | Basic authentication is not supported                                  | no-login-method     | CUSTOMER",
        "Microsoft  | Basic Auth is disabled for this tenant                                 | no-login-method     | CUSTOMER",
        "Yahoo      | [AUTHORIZATIONFAILED] LOGIN This user is not authorized to use IMAP    | imap-disabled       | CUSTOMER",
        "Yahoo      | [LIMIT] LOGIN Rate limit hit.                                          | throttled           | OLD_HOST",
        "Yahoo      | [AUTHENTICATIONFAILED] (#MBR1212) Incorrect username or password.      | wrong-password      | CUSTOMER",
        "AOL        | [AUTHENTICATIONFAILED] LOGIN Invalid credentials                       | wrong-password      | CUSTOMER",
        "AOL        | [AUTHENTICATIONFAILED] (#AUTH005) Too many bad auth attempts.          | too-many-logins     | OLD_HOST",
        "iCloud     | [AUTHENTICATIONFAILED] Authentication Failed                           | wrong-password      | CUSTOMER",
        "iCloud     | [ALERT] You must use an app-specific password                          | app-password-needed | CUSTOMER",
        "GMX        | authentication failed                                                  | wrong-password      | CUSTOMER",
        "WEB.DE     | Zugriff per IMAP deaktiviert                                           | imap-disabled       | CUSTOMER",
        "WEB.DE     | [ALERT] Ihr Postfach wurde gesperrt                                    | account-suspended   | CUSTOMER",
        "T-Online   | Bitte verwenden Sie das E-Mail-Passwort                                | app-password-needed | CUSTOMER",
        "Strato     | [UNAVAILABLE] Too many failed logins, try again later                  | too-many-logins     | OLD_HOST",
        "IONOS      | [AUTHENTICATIONFAILED] Authentication failed. Account locked.          | account-suspended   | CUSTOMER",
        "OVH        | [AUTHENTICATIONFAILED] Email account disabled                          | account-suspended   | CUSTOMER",
        "Zoho       | [ALERT] Invalid credentials(Failure)                                   | wrong-password      | CUSTOMER",
        "Zoho       | [AUTHENTICATIONFAILED] Need to login from web first (Failure)          | web-login-needed    | CUSTOMER",
        "Zoho       | [ALERT] Your account does not have IMAP access, upgrade your plan      | imap-disabled       | CUSTOMER",
        "Yandex     | [AUTHENTICATIONFAILED] LOGIN This user does not have access rights to this service | imap-disabled | CUSTOMER",
        "Yandex     | [AUTHENTICATIONFAILED] AUTHENTICATE Please accept EULA first            | web-login-needed    | CUSTOMER",
        "Yandex     | [UNAVAILABLE] LOGIN internal server error sc=ebI8JB0ug4Y1               | server-down         | OLD_HOST",
        "mail.ru    | [ALERT] Access to this account is blocked, restore it at https://e.mail.ru | account-suspended | CUSTOMER",
        "Fastmail   | [ALERT] Sorry, you need to create an app password to use this service  | app-password-needed | CUSTOMER",
        "Fastmail   | [NOPERM] Your plan does not include IMAP access                        | imap-disabled       | CUSTOMER",
        "QQ         | Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy. More information at https://help.mail.qq.com/detail/108/1023 | app-password-needed | CUSTOMER",
        "QQ         | Login fail. Please using authorized code to login. More information at http://service.mail.qq.com | app-password-needed | CUSTOMER",
        "QQ         | Login Fail. Please enter your authorization code to login.             | app-password-needed | CUSTOMER",
        "163        | LOGIN Login error or password error                                    | wrong-password      | CUSTOMER",
        "126        | LOGIN Login error user suspended                                       | account-suspended   | CUSTOMER",
        "Naver      | [AUTHENTICATIONFAILED] Please check your IMAP/SMTP settings             | imap-disabled       | CUSTOMER",
        "Libero     | [ALERT] Accesso IMAP non consentito per questo account                 | imap-disabled       | CUSTOMER",
        "Orange     | [AUTHENTICATIONFAILED] Identifiant ou mot de passe incorrect           | wrong-password      | CUSTOMER",
        "Free       | login failed                                                           | wrong-password      | CUSTOMER",
        "La Poste   | [ALERT] Votre compte est bloqué                                        | account-suspended   | CUSTOMER",
        "cPanel     | [AUTHENTICATIONFAILED] Logins for this account are suspended           | account-suspended   | CUSTOMER",
        "cPanel     | Brute force protection: your IP is blocked for 15 minutes              | too-many-logins     | OLD_HOST",
        "Plesk      | [ALERT] Mailbox is disabled                                            | account-suspended   | CUSTOMER",
        "Zimbra     | LOGIN failed: authentication failed for [ann@old.example]              | wrong-password      | CUSTOMER",
        "Zimbra     | LOGIN failed: account lockout                                          | account-suspended   | CUSTOMER",
        "Zimbra     | [UNAVAILABLE] LOGIN failed: account in maintenance mode                | server-down         | OLD_HOST",
        "Kerio      | LOGIN User is not allowed to use IMAP                                  | imap-disabled       | CUSTOMER",
        "MDaemon    | LOGIN Your account has been frozen                                     | account-suspended   | CUSTOMER",
        "hMailServer| Invalid user name or password. Please use full email address as user name. | wrong-password | CUSTOMER",
        "hMailServer| The account is not active                                              | account-suspended   | CUSTOMER",
        "Courier    | Error, temporary failure                                               | server-down         | OLD_HOST",
        "Cyrus      | Login failed: user not found                                           | no-mailbox          | CUSTOMER",
        "Cyrus      | no mechanism available                                                 | no-login-method     | OLD_HOST",
        "Cyrus      | Login failed: generic failure                                          | server-down         | OLD_HOST",
        "Dovecot    | [UNAVAILABLE] Account is temporarily unavailable.                      | server-down         | OLD_HOST",
        "Dovecot    | [AUTHORIZATIONFAILED] Access denied: IMAP disabled by administrator    | imap-disabled       | CUSTOMER",
        "Dovecot    | [ALERT] Invalid base64 data in continued response                      | login-refused       | OLD_HOST",
        "James      | LOGIN failed. Invalid login/password.                                  | wrong-password      | CUSTOMER",
        "James      | LOGIN failed. Too many failures. Connection closed.                    | too-many-logins     | OLD_HOST",
        "Domino     | Incorrect Internet password                                            | wrong-password      | CUSTOMER",
        "Domino     | Your Internet account is locked out                                    | account-suspended   | CUSTOMER",
        "Domino     | IMAP is not enabled for this mail file                                 | imap-disabled       | CUSTOMER",
        "GroupWise  | LOGIN The username or password is invalid                              | wrong-password      | CUSTOMER",
        "Rackspace  | [AUTHENTICATIONFAILED] Mailbox is over its connection limit            | throttled           | OLD_HOST",
        "Dovecot    | [AUTHENTICATIONFAILED] User unknown                                    | no-mailbox          | CUSTOMER",
        "Courier    | No such user                                                           | no-mailbox          | CUSTOMER",
        "MDaemon    | LOGIN Unknown user                                                     | no-mailbox          | CUSTOMER",
        "mail.ru    | [AUTHENTICATIONFAILED] Account does not exist                          | no-mailbox          | CUSTOMER",
        "T-Online   | Das Postfach existiert nicht                                           | no-mailbox          | CUSTOMER",
        "WEB.DE     | Unbekannter Benutzer                                                   | no-mailbox          | CUSTOMER",
        "Orange     | Boîte aux lettres inconnue                                             | no-mailbox          | CUSTOMER",
        "Free       | Compte inexistant                                                      | no-mailbox          | CUSTOMER",
        "Aruba      | Casella inesistente                                                    | no-mailbox          | CUSTOMER",
        "Movistar   | Usuario desconocido                                                    | no-mailbox          | CUSTOMER",
        "Exchange   | Logon failure: unknown user name or bad password.                      | wrong-password      | CUSTOMER",
        "SmarterMail| Unknown user or password                                               | wrong-password      | CUSTOMER",
        "Plesk      | User not found or password wrong                                       | wrong-password      | CUSTOMER",
        "GMX        | Benutzername oder Passwort falsch                                      | wrong-password      | CUSTOMER",
        "Aruba      | Nome utente o password errati                                          | wrong-password      | CUSTOMER",
        "Libero     | [AUTHENTICATIONFAILED] Credenziali non valide                          | wrong-password      | CUSTOMER",
        "Movistar   | Usuario o contraseña incorrectos                                       | wrong-password      | CUSTOMER",
        "OVH        | Mot de passe invalide                                                  | wrong-password      | CUSTOMER",
        "anybody    | ''                                                                     | login-refused       | OLD_HOST",
        "Proton     | IMAP requires a Plus subscription                                      | imap-disabled       | CUSTOMER",
        "Zoho       | [ALERT] IMAP is not included in your plan                              | imap-disabled       | CUSTOMER",
        "Zoho       | Please upgrade your subscription to use IMAP                           | imap-disabled       | CUSTOMER",
        "Mailfence  | This feature is only available in paid plans                           | imap-disabled       | CUSTOMER",
        "mail.com   | POP3/IMAP is a premium feature, upgrade to Premium                     | imap-disabled       | CUSTOMER",
        "Kopano     | Feature 'imap' disabled for user                                       | imap-disabled       | CUSTOMER",
        "Yahoo      | [AUTHENTICATIONFAILED] Sign-in from a new location was blocked         | address-blocked     | OLD_HOST",
        "Zoho       | Login blocked: unusual location                                        | address-blocked     | OLD_HOST",
        "Zoho       | [ALERT] Access from untrusted IP                                       | address-blocked     | OLD_HOST",
        "Kerio      | Connections from your country are rejected                             | address-blocked     | OLD_HOST",
        "Plesk      | [ALERT] Your location is not permitted                                 | address-blocked     | OLD_HOST",
        "IONOS      | [OVERQUOTA] Quota of this hour used, resets at 05:00                   | throttled           | OLD_HOST",
        "Zoho       | [LIMIT] Hourly request limit exceeded                                  | throttled           | OLD_HOST",
        "Yahoo      | Daily download limit reached                                           | throttled           | OLD_HOST",
        "GMX        | Ihr Konto wurde gesperrt                                               | account-suspended   | CUSTOMER",
        "mail.ru    | [AUTHENTICATIONFAILED] Account is blocked for spam                     | account-suspended   | CUSTOMER",
        "Aruba      | La casella è sospesa                                                   | account-suspended   | CUSTOMER",
        "Movistar   | La cuenta está bloqueada                                               | account-suspended   | CUSTOMER",
        "anybody    | Unknown error                                                          | login-refused       | OLD_HOST",
        "anybody    | No user serviceable parts inside                                       | login-refused       | OLD_HOST",
        "anybody    | Client needs new plan of attack                                        | login-refused       | OLD_HOST",
        "anybody    | Der Mond steht im falschen Haus                                        | login-refused       | OLD_HOST",
        "anybody    | [ALERT] Lea https://ayuda.example/correo                               | login-refused       | OLD_HOST",
      })
  void aRefusedLoginIsTold(String server, String answer, String code, Owner owner) {
    assertTold(new LoginRefused(refusal(answer)), answer, code, owner);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "163        | SELECT Unsafe Login. Please contact kefu@188.com for help              | web-login-needed    | CUSTOMER",
        "126        | EXAMINE Unsafe Login. Please contact kefu@188.com for help             | web-login-needed    | CUSTOMER",
        "Gmail      | [NONEXISTENT] Unknown Mailbox: Archive (Failure)                       | command-refused     | OLD_HOST",
        "Gmail      | [CANNOT] Folder is not selectable (Failure)                            | command-refused     | OLD_HOST",
        "Microsoft  | User is authenticated but not connected.                               | no-mailbox          | CUSTOMER",
        "Microsoft  | Server Unavailable. 15                                                 | server-down         | OLD_HOST",
        "Microsoft  | Session invalidated - AccessTokenExpired                               | token-refused       | CUSTOMER",
        "Yahoo      | [UNAVAILABLE] SELECT Server error - Please try again later             | server-down         | OLD_HOST",
        "Yahoo      | [LIMIT] EXAMINE Rate limit hit.                                        | throttled           | OLD_HOST",
        "Courier    | Unable to open this mailbox.                                           | folder-refused      | OLD_HOST",
        "Dovecot    | [NOPERM] Permission denied (0.001 + 0.000 secs).                       | folder-refused      | OLD_HOST",
        "Dovecot    | [SERVERBUG] Internal error occurred. Refer to server log for more information. | server-down | OLD_HOST",
        "Cyrus      | Mailbox has an invalid format                                          | folder-refused      | OLD_HOST",
        "Cyrus      | System I/O error                                                       | server-down         | OLD_HOST",
        "Domino     | Unable to open mailbox, it is being compacted                          | server-down         | OLD_HOST",
        "Zimbra     | SELECT failed: mailbox is in maintenance mode                          | server-down         | OLD_HOST",
        "GMX        | Mailbox locked by another session                                      | server-down         | OLD_HOST",
      })
  void aRefusedCommandIsTold(String server, String answer, String code, Owner owner) {
    assertTold(new CommandRefused("SELECT", refusal(answer)), answer, code, owner);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GroupWise  | APPEND The 1500 MB storage limit has been exceeded.                    | NO_ROOM",
        "Gmail      | [OVERQUOTA] Out of storage                                             | NO_ROOM",
        "Exchange   | APPEND failed. The mailbox has reached its maximum size.               | NO_ROOM",
        "Kerio      | APPEND Disk quota of the user has been exceeded                        | NO_ROOM",
        "MDaemon    | Your account is over its disk limit                                    | NO_ROOM",
        "gromox     | literal size too large                                                 | MESSAGE",
        "Microsoft  | command line limit exceeded                                            | MESSAGE",
        "Zimbra     | APPEND failed: maximum message size exceeded                           | MESSAGE",
        "Cyrus      | [LIMIT] Too many identical emails                                      | MESSAGE",
        "Dovecot    | [CANNOT] Invalid internal date                                         | MESSAGE",
        "Dovecot    | [UNAVAILABLE] Mailbox index is corrupted                               | TROUBLE",
        "Dovecot    | [INUSE] Timeout while waiting for lock                                 | TROUBLE",
        "James      | APPEND processing failed.                                              | MESSAGE",
        "Courier    | [ALERT] You exceeded your mail quota.                                  | NO_ROOM",
      })
  void aRefusedAppendIsUnderstood(String server, String answer, AppendRefusal what) {
    assertThat(AppendRefusal.of(refusal(answer))).isEqualTo(what);
  }

  /** Which of several causes it is, a server does not tell: each is named in the next step. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unknown user or invalid credentials                          | wrong-password  | CUSTOMER | source_username, source_password",
        "[AUTHENTICATIONFAILED] bad credentials or unknown account    | wrong-password  | CUSTOMER | source_username, source_password",
        "No such mailbox or wrong PIN                                 | wrong-password  | CUSTOMER | source_username, source_password",
        "Either the account does not exist, or the secret is bad      | wrong-password  | CUSTOMER | source_username, source_password",
        "Unbekannter Benutzer oder falsches Passwort                  | wrong-password  | CUSTOMER | source_username, source_password",
        "User account deleted or wrong secret                         | wrong-password  | CUSTOMER | deleted, source_password",
        "Incorrect password or account disabled                       | wrong-password  | CUSTOMER | locked, source_password",
        "IMAP is disabled or your password is wrong                   | wrong-password  | CUSTOMER | IMAP, source_password",
        "Wrong password, account locked, or IMAP not enabled          | wrong-password  | CUSTOMER | IMAP, source_password, locked",
        "Invalid credentials or internal server error                 | wrong-password  | CUSTOMER | works, source_password",
        "Wrong password or too many login attempts                    | too-many-logins | OLD_HOST | bans, source_password",
        "IMAP access is disabled or your IP address is blocked        | imap-disabled   | CUSTOMER | IMAP, our addresses",
        "Login failed or account locked                               | account-suspended | CUSTOMER | unlock",
        "Invalid user name or password                                | wrong-password  | CUSTOMER | source_username, source_password",
        "Wrong password (or unknown user)                             | wrong-password  | CUSTOMER | source_username, source_password",
        "user unknown; wrong password; account locked                 | wrong-password  | CUSTOMER | source_username, source_password, locked",
        "Login failed. Make sure that IMAP is enabled and the password is right. | wrong-password | CUSTOMER | IMAP, source_password",
        "Either IMAP is off or the account was closed                 | imap-disabled   | CUSTOMER | IMAP, locked",
        "Try again later or contact support                           | server-down     | OLD_HOST | later",
        "No account with these credentials                            | wrong-password  | CUSTOMER | source_username",
        "Please try again with your full e-mail address               | no-mailbox      | CUSTOMER | source_username",
      })
  void aLoginWithSeveralCausesIsToldWithAllOfThem(
      String answer, String code, Owner owner, String named) {
    Problem problem = told(new LoginRefused(refusal(answer)));
    assertThat(problem.code().id()).as(problem.toString()).isEqualTo(code);
    assertThat(problem.owner()).isEqualTo(owner);
    assertThat(problem.nextStep()).contains(named.split(", "));
  }

  /** What passes by itself is for nobody to fix, unless a code says what it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unknown mailbox error, please try again later                  | server-down       | true",
        "User not found. Please try again later.                        | server-down       | true",
        "IMAP is disabled at the moment, try later                      | server-down       | true",
        "Login failed, please try again later                           | server-down       | true",
        "Invalid credentials, please try again later                    | server-down       | true",
        "[AUTHENTICATIONFAILED] Invalid credentials, try again later    | wrong-password    | false",
        "Invalid username or password. Please try again.                | wrong-password    | false",
        "Login failed. Please try again.                                | wrong-password    | false",
        "Account locked. Try again later.                               | too-many-logins   | true",
        "Your IP address is blocked, please come back later             | too-many-logins   | true",
        "Account locked for 30 minutes                                  | too-many-logins   | true",
        "Wrong password. You can try again in 15 minutes.               | too-many-logins   | true",
        "Daily limit of failed logins: password wrong                   | too-many-logins   | true",
        "[CONTACTADMIN] Account locked. Try again later.                | account-suspended | false",
        "Ihr Konto ist gesperrt, versuchen Sie es später erneut         | too-many-logins   | true",
        "[AUTHENTICATIONFAILED] No such user, try again later           | no-mailbox        | false",
      })
  void aLoginThatMayWorkLaterIsNobodysFault(String answer, String code, boolean passes) {
    MigrationException meaning = meaning(new LoginRefused(refusal(answer)));
    assertThat(meaning.problem().code().id()).as(meaning.toString()).isEqualTo(code);
    assertThat(meaning instanceof TryAgain).isEqualTo(passes);
  }

  private static ServerRefusal refusal(String answer) {
    int end = answer.startsWith("[") ? answer.indexOf(']') : -1;
    return new ServerRefusal(
        false, end < 0 ? "" : answer.substring(1, end), answer.substring(end + 1).strip());
  }

  private static MigrationException meaning(ImapException failure) {
    return new Diagnosis(Clock.systemUTC())
        .of(failure, Side.SOURCE, Where.folder("INBOX"), "imap.old.example:993");
  }

  private static Problem told(ImapException failure) {
    return meaning(failure).problem();
  }

  private static void assertTold(ImapException failure, String answer, String code, Owner owner) {
    Problem problem = told(failure);
    assertThat(problem.code().id()).as(problem.toString()).isEqualTo(code);
    assertThat(problem.owner()).as(problem.toString()).isEqualTo(owner);
    assertThat(problem.cause()).contains(answer.replaceFirst("^\\[.*?\\] ", ""));
    if (problem.code() != ProblemCode.WRONG_PASSWORD) {
      assertThat(problem.cause()).doesNotContain("user name or password");
    }
  }
}
