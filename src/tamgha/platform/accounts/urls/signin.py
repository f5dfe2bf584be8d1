"""Addresses of sign-in and of the second factor, under the names that allauth looks for.

Only what is used here: nobody signs up, and mail plays no part. What changes a second factor runs
in one transaction with its announcement.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.db import transaction
from django.urls import path

from tamgha.platform.accounts.views import entrance

urlpatterns = [
    path("sign-in/", entrance.SignInView.as_view(), name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", transaction.atomic(entrance.change_password), name="account_change_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/code/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/add/", transaction.atomic(totp.activate_totp), name="mfa_activate_totp"),
    path(
        "second-factor/remove/",
        transaction.atomic(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "second-factor/recovery-codes/",
        recovery.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/new/",
        transaction.atomic(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/file/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
