"""
Who gets in where: one row for each address, and what it answers to everybody who may knock.

The letters are those of `tests.contracts.doors`: - a stranger, x somebody who
was shut out, R T E P A S reporter, translator, editor, publisher, admin and
superuser, and small the first four where they do not belong. The first column
of letters is who may look (GET), the second who may send something (POST); a
full stop is nobody. An address that has no row fails, and so does a row
without an address. Readers' pages, open to all, are in `test_canary.py`.
"""

import logging

import pytest

from desk.steps import STEPS
from tests.contracts.doors import World, routes, who_gets_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# What readers may see, and static files.
PUBLIC = ("en/", "a/", "static/", "media/")

DOORS = """\
healthz                                       -xRTEPASrtep -xRTEPASrtep
readyz                                        -xRTEPASrtep -xRTEPASrtep
.well-known/security.txt                      .            .
sw.js                                         -xRTEPASrtep .
robots.txt                                    -xRTEPASrtep .
sitemap                                       -xRTEPASrtep .
news-sitemap                                  -xRTEPASrtep .
sitemap-file                                  -xRTEPASrtep .
<indexnow:key>.txt                            .            .
calendar_feed                                 -xRTEPASrtep .
shared_preview                                -xRTEPASrtep .
shared_text                                   -xRTEPASrtep .
account_invitation                            .            .
account                                       RTEPASrtep   RTEPASrtep
account_login                                 -x           -x
account_logout                                RTEPASrtep   .
account_change_password                       RTEPASrtep   RTEPASrtep
account_reauthenticate                        RTEPASrtep   RTEPASrtep
account_reset_password                        -xRTEPASrtep -xRTEPASrtep
account_reset_sent                            -xRTEPASrtep -xRTEPASrtep
account_email                                 RTEPASrtep   RTEPASrtep
account_devices                               RTEPASrtep   .
mfa_index                                     RTEPASrtep   .
account_second_factor_needed                  RTEPASrtep   RTEPASrtep
mfa_authenticate                              .            .
mfa_activate_totp                             RTEPASrtep   RTEPASrtep
mfa_deactivate_totp                           RTEPASrtep   RTEPASrtep
mfa_view_recovery_codes                       RTEPASrtep   RTEPASrtep
mfa_generate_recovery_codes                   RTEPASrtep   RTEPASrtep
mfa_add_webauthn                              RTEPASrtep   RTEPASrtep
mfa_login_webauthn                            .            .
mfa_edit_webauthn                             RTEPASrtep   RTEPASrtep
mfa_remove_webauthn                           RTEPASrtep   RTEPASrtep
language                                      .            .
desk_list                                     RTEPASrtep   RTEPASrtep
desk_board                                    RTEPASrtep   .
desk_board_assign                             .            RTEPASrtep
desk_board_dismiss                            .            RTEPAS
desk_calendar                                 RTEPASrtep   .
desk_calendar_address                         .            RTEPASrtep
desk_calendar_move                            PAS          PAS
desk_translate                                RTEPAS       RTEPAS
desk_history                                  RTEPAS       RTEPAS
desk_compare                                  RTEPAS       RTEPAS
desk_restore                                  RTEPAS       RTEPAS
desk_autosave                                 RTEPAS       RTEPAS
desk_presence                                 .            RTEPAS
desk_comments                                 RTEPAS       RTEPAS
desk_resolve_comment                          .            RTEPAS
desk_reopen_comment                           .            RTEPAS
desk_notices                                  RTEPASrtep   RTEPASrtep
desk_open_notice                              .            .
desk_notice_choices                           RTEPASrtep   RTEPASrtep
desk_preview                                  RTEPAS       .
desk_preview_screen                           RTEPAS       .
desk_preview_home                             RTEPASrtep   .
desk_share                                    RTEPAS       RTEPAS
desk_lockdown                                 AS           AS
desk_undo                                     AS           AS
index                                         RTEPASrtep   RTEPASrtep
login                                         .            .
logout                                        RTEPASrtep   RTEPASrtep
password_change                               RTEPASrtep   RTEPASrtep
password_change_done                          RTEPASrtep   .
autocomplete                                  .            .
jsi18n                                        RTEPASrtep   .
view_on_site                                  .            .
accounts_auditentry_export                    .            AS
accounts_auditentry_changelist                AS           .
accounts_auditentry_add                       .            .
accounts_auditentry_history                   AS           AS
accounts_auditentry_delete                    .            .
accounts_auditentry_change                    AS           .
accounts_lockdown_changelist                  RTEPASrtep   RTEPASrtep
accounts_lockdown_add                         .            .
accounts_lockdown_history                     .            .
accounts_lockdown_delete                      .            .
accounts_lockdown_change                      RTEPASrtep   RTEPASrtep
auth_group_changelist                         S            S
auth_group_add                                S            S
auth_group_history                            S            S
auth_group_delete                             .            .
auth_group_change                             S            .
accounts_invitation_step                      .            .
accounts_invitation_changelist                AS           AS
accounts_invitation_add                       AS           AS
accounts_invitation_history                   .            .
accounts_invitation_delete                    .            .
accounts_invitation_change                    .            .
accounts_user_roles                           AS           AS
accounts_user_rights                          AS           AS
accounts_user_step                            AS           AS
accounts_user_changelist                      AS           AS
accounts_user_add                             RTEPASrtep   RTEPASrtep
accounts_user_history                         .            .
accounts_user_delete                          .            .
accounts_user_change                          AS           .
media_library_picture_pick                    RTEPASrtep   .
media_library_picture_describe                RTEPASrtep   RTEPASrtep
media_library_picture_set                     RTEPASrtep   RTEPASrtep
media_library_picture_delete                  EPASep       EPASep
media_library_picture_upload                  REPASrep     REPASrep
media_library_picture_upload_status           REPASrep     .
media_library_picture_upload_answer           .            .
media_library_picture_upload_next             .            REPASrep
media_library_picture_original                EPASep       EPASep
media_library_picture_former                  .            .
media_library_picture_changelist              RTEPASrtep   .
media_library_picture_add                     RTEPASrtep   RTEPASrtep
media_library_picture_history                 RTEPASrtep   RTEPASrtep
media_library_picture_delete                  EPASep       EPASep
media_library_picture_change                  RTEPASrtep   RTEPASrtep
media_library_collection_changelist           RTEPASrtep   RTEPASrtep
media_library_collection_add                  EPASep       EPASep
media_library_collection_history              RTEPASrtep   RTEPASrtep
media_library_collection_delete               AS           AS
media_library_collection_change               RTEPASrtep   EPASep
media_library_album_changelist                RTEPASrtep   RTEPASrtep
media_library_album_add                       REPASrep     REPASrep
media_library_album_history                   RTEPASrtep   RTEPASrtep
media_library_album_delete                    EPASep       EPASep
media_library_album_change                    RTEPASrtep   RTEPASrtep
media_library_document_clean                  RTEPASrtep   RTEPASrtep
media_library_document_original               EPASep       EPASep
media_library_document_changelist             RTEPASrtep   RTEPASrtep
media_library_document_add                    REPASrep     REPASrep
media_library_document_history                RTEPASrtep   RTEPASrtep
media_library_document_delete                 EPASep       EPASep
media_library_document_change                 RTEPASrtep   RTEPASrtep
media_library_infographic_changelist          RTEPASrtep   RTEPASrtep
media_library_infographic_add                 REPASrep     REPASrep
media_library_infographic_history             RTEPASrtep   RTEPASrtep
media_library_infographic_delete              EPASep       EPASep
media_library_infographic_change              RTEPASrtep   RTEPASrtep
media_library_video_original                  .            .
media_library_video_changelist                RTEPASrtep   RTEPASrtep
media_library_video_add                       REPASrep     REPASrep
media_library_video_history                   RTEPASrtep   RTEPASrtep
media_library_video_delete                    EPASep       EPASep
media_library_video_change                    RTEPASrtep   RTEPASrtep
media_library_playlist_changelist             RTEPASrtep   RTEPASrtep
media_library_playlist_add                    REPASrep     REPASrep
media_library_playlist_history                RTEPASrtep   RTEPASrtep
media_library_playlist_delete                 EPASep       EPASep
media_library_playlist_change                 RTEPASrtep   RTEPASrtep
coalition_body_step                           TEPAS        TEPAS
coalition_body_trash                          EPAS         EPAS
coalition_body_changelist                     RTEPASrtep   RTEPASrtep
coalition_body_add                            EPAS         EPAS
coalition_body_history                        RTEPAS       RTEPAS
coalition_body_delete                         .            .
coalition_body_change                         RTEPAS       TEPAS
coalition_person_step                         TEPAS        TEPAS
coalition_person_trash                        EPAS         EPAS
coalition_person_changelist                   RTEPASrtep   RTEPASrtep
coalition_person_add                          EPAS         EPAS
coalition_person_history                      RTEPAS       RTEPAS
coalition_person_delete                       .            .
coalition_person_change                       RTEPAS       TEPAS
coalition_representative_changelist           RTEPASrtep   RTEPASrtep
coalition_representative_add                  EPAS         EPAS
coalition_representative_history              RTEPASrtep   RTEPASrtep
coalition_representative_delete               EPAS         EPAS
coalition_representative_change               RTEPASrtep   EPAS
coalition_pressconference_changelist          RTEPASrtep   RTEPASrtep
coalition_pressconference_add                 REPASrep     REPASrep
coalition_pressconference_history             RTEPASrtep   RTEPASrtep
coalition_pressconference_delete              EPASep       EPASep
coalition_pressconference_change              RTEPASrtep   RTEPASrtep
articles_article_step:submit                  RTEPAS       RTEPAS
articles_article_step:send_back               EPAS         EPAS
articles_article_step:approve                 EPAS         EPAS
articles_article_step:publish                 PAS          PAS
articles_article_step:schedule                PAS          PAS
articles_article_step:unschedule              PAS          PAS
articles_article_step:discard                 RTEPAS       RTEPAS
articles_article_step:withdraw                PAS          PAS
articles_article_step:retract                 PAS          PAS
articles_article_reads                        RTEPASrtep   .
articles_article_trash                        EPAS         EPAS
articles_article_changelist                   RTEPASrtep   RTEPASrtep
articles_article_add                          REPASrep     REPASrep
articles_article_history                      RTEPAS       RTEPAS
articles_article_delete                       .            .
articles_article_change                       RTEPAS       RTEPAS
articles_category_changelist                  RTEPASrtep   RTEPASrtep
articles_category_add                         AS           AS
articles_category_history                     RTEPASrtep   RTEPASrtep
articles_category_delete                      AS           AS
articles_category_change                      RTEPASrtep   AS
articles_byline_withdraw                      PASp         PASp
articles_byline_changelist                    RTEPASrtep   RTEPASrtep
articles_byline_add                           REPASrep     REPASrep
articles_byline_history                       RTEPASrtep   RTEPASrtep
articles_byline_delete                        AS           AS
articles_byline_change                        RTEPASrtep   REPASrep
publishing_tag_changelist                     RTEPASrtep   RTEPASrtep
publishing_tag_add                            REPASrep     REPASrep
publishing_tag_history                        RTEPASrtep   RTEPASrtep
publishing_tag_delete                         AS           AS
publishing_tag_change                         RTEPASrtep   REPASrep
pages_page_step                               TEPAS        TEPAS
pages_page_trash                              EPAS         EPAS
pages_page_changelist                         RTEPASrtep   RTEPASrtep
pages_page_add                                EPAS         EPAS
pages_page_history                            RTEPAS       RTEPAS
pages_page_delete                             .            .
pages_page_change                             RTEPAS       TEPAS
pages_menuitem_changelist                     RTEPASrtep   RTEPASrtep
pages_menuitem_add                            AS           AS
pages_menuitem_history                        RTEPASrtep   RTEPASrtep
pages_menuitem_delete                         AS           AS
pages_menuitem_change                         RTEPASrtep   AS
pages_homeslot_changelist                     RTEPASrtep   RTEPASrtep
pages_homeslot_add                            EPAS         EPAS
pages_homeslot_history                        RTEPASrtep   RTEPASrtep
pages_homeslot_delete                         EPAS         EPAS
pages_homeslot_change                         RTEPASrtep   EPAS
pages_breakingline_changelist                 RTEPASrtep   RTEPASrtep
pages_breakingline_add                        EPAS         EPAS
pages_breakingline_history                    RTEPASrtep   RTEPASrtep
pages_breakingline_delete                     EPAS         EPAS
pages_breakingline_change                     RTEPASrtep   EPAS
pages_redirect_changelist                     EPASep       EPASep
pages_redirect_add                            EPAS         EPAS
pages_redirect_history                        EPASep       EPASep
pages_redirect_delete                         EPAS         EPAS
pages_redirect_change                         EPASep       EPAS
pages_missedaddress_changelist                EPASep       EPASep
pages_missedaddress_add                       .            .
pages_missedaddress_history                   EPASep       EPASep
pages_missedaddress_delete                    EPAS         EPAS
pages_missedaddress_change                    EPASep       .
search_synonym_changelist                     EPASep       EPASep
search_synonym_add                            EPAS         EPAS
search_synonym_history                        EPASep       EPASep
search_synonym_delete                         EPAS         EPAS
search_synonym_change                         EPASep       EPAS
search_fruitlesssearch_changelist             EPASep       EPASep
search_fruitlesssearch_add                    .            .
search_fruitlesssearch_history                EPASep       EPASep
search_fruitlesssearch_delete                 EPAS         EPAS
search_fruitlesssearch_change                 EPASep       .
pages_sitesettings_changelist                 RTEPASrtep   RTEPASrtep
pages_sitesettings_add                        .            .
pages_sitesettings_history                    AS           AS
pages_sitesettings_delete                     .            .
pages_sitesettings_change                     AS           AS
pages_sitesettings_texts                      AS           AS
pages_contacttopic_changelist                 AS           AS
pages_contacttopic_add                        AS           AS
pages_contacttopic_history                    AS           AS
pages_contacttopic_delete                     AS           AS
pages_contacttopic_change                     AS           AS
pages_contactmessage_answered                 .            .
pages_contactmessage_changelist               .            .
pages_contactmessage_add                      .            .
pages_contactmessage_history                  .            .
pages_contactmessage_delete                   .            .
pages_contactmessage_change                   .            .
django_tasks_database_dbtaskresult_changelist S            S
django_tasks_database_dbtaskresult_add        .            .
django_tasks_database_dbtaskresult_history    .            .
django_tasks_database_dbtaskresult_delete     .            .
django_tasks_database_dbtaskresult_change     .            .
admin/…/<path:object_id>/                     RTEPASrtep   RTEPASrtep
admin/(?P<url>.*)$                            .            .
app_list                                      RTEPASrtep   RTEPASrtep
account_confirm_address                       -xRTEPASrtep -xRTEPASrtep
account_invitation_link                       -xRTEPASrtep .
account_new_password                          -xRTEPASrtep -xRTEPASrtep
"""


def table():
    """Name of a door → (who may look, who may send)."""
    rows = (line.split() for line in DOORS.strip().splitlines())
    return {name: tuple("" if letters == "." else letters for letters in who) for name, *who in rows}


def doors():
    """(name, route, route's name, step) of each door. An article's steps are a door each."""
    for route, name in routes():
        if not route or route.startswith(PUBLIC):
            continue
        # Django's own way from a row's address to its form, the same for every type.
        known = "admin/…/<path:object_id>/" if name is None and "<path:object_id>" in route else name or route
        for step in STEPS if name == "articles_article_step" else [""]:
            yield f"{known}:{step}" if step else known, route, name, step


def test_every_address_has_a_row_and_every_row_an_address():
    found = {door for door, *_where in doors()}
    assert found - table().keys() == set(), "These addresses have no row: who may use them?"
    assert table().keys() - found == set(), "These rows have no address."


# A site for each part of the table, so that the parts can run beside one another.
@pytest.mark.parametrize("part", range(4))
def test_everybody_gets_in_where_they_may_and_nowhere_else(part, caplog):
    caplog.set_level(logging.CRITICAL, "django.request")
    world, differences = World(), []
    for door, route, name, step in list(doors())[part::4]:
        address = world.address(route, name, step or "submit")
        for method, letters in zip(("GET", "POST"), table()[door], strict=True):
            found = who_gets_in(world, address, method.lower())
            if found != letters:
                differences.append(f"{method} {door}: lets in “{found}”, and should “{letters}”")

    assert not differences, "\n".join(differences)
