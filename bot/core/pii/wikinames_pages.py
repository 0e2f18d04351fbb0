"""Names of special pages in each language: a line for each, its English name first.

Source: `$specialPageAliases` of MediaWiki's message files.
"""

from typing import Final

SPECIAL_PAGES: Final = {
    "en": """
        diff
        permanentlink permalink
        mobilediff
        redirect
        contributions contribs
        log logs
        history
        undelete viewdeletedpages
        deletedcontributions
        block blockip blockuser
        centralauth
        checkuser
        abuselog
        whatlinkshere
        prefixindex
        edit
        pagehistory
        pageinfo info
        purge
        entitydata
        comparepages
        mobilecontributions
    """,
    "de": """
        diff unterschied
        permanentlink permanentlink permanenter_link
        redirect weiterleitung
        contributions beiträge
        log logbuch
        deletedcontributions gelöschte_beiträge
        block sperren
        undelete wiederherstellen
        whatlinkshere linkliste
        prefixindex präfixindex
        checkuser checkuser
        abuselog missbrauchsfilter-logbuch
    """,
    "fr": """
        diff différences diff
        permanentlink lien_permanent
        redirect redirection
        contributions contributions
        log journal
        deletedcontributions contributions_supprimées
        block bloquer
        undelete restaurer
        whatlinkshere pages_liées
        checkuser vérificateur_d'utilisateur vérificateurutilisateur
    """,
    "es": """
        diff diferencias
        permanentlink enlacepermanente enlace_permanente
        redirect redirigir
        contributions contribuciones
        log registro
        deletedcontributions contribucionesborradas contribuciones_borradas
        block bloquear
        undelete restaurar
        whatlinkshere loqueenlazaaquí
    """,
    "pt": """
        diff diferenças dif
        permanentlink ligação_permanente link_permanente hiperligação_permanente
        redirect redirecionar
        contributions contribuições
        log registo registro
        deletedcontributions contribuições_eliminadas contribuições_apagadas
        block bloquear
        undelete restaurar
        whatlinkshere páginas_afluentes
    """,
    "ru": """
        diff изменения разница
        permanentlink постоянная_ссылка
        redirect перенаправление
        contributions вклад
        log журналы журнал
        deletedcontributions удалённый_вклад
        block заблокировать
        undelete восстановить
        whatlinkshere ссылки_сюда
    """,
    "ar": """
        diff فرق
        permanentlink وصلة_دائمة رابط_دائم
        redirect تحويل
        contributions مساهمات
        log سجل سجلات
        block منع
        undelete استرجاع
        whatlinkshere ماذا_يصل_هنا
    """,
    "zh": """
        diff 差异 差異 编辑差异
        permanentlink 固定链接 永久链接 靜態連結 固定連結
        redirect 重定向 重新導向 页面或文件重定向
        contributions 用户贡献 使用者貢獻 用戶貢獻 贡献 貢獻
        log 日志 日誌 记录 紀錄
        block 封禁用户 查封用户 封鎖使用者
        undelete 恢复被删页面 還原被刪頁面
        whatlinkshere 链入页面 連入頁面
    """,
    "ja": """
        diff 差分 diff
        permanentlink 固定リンク パーマリンク
        redirect 転送 リダイレクト
        contributions 投稿記録
        log ログ 記録
        deletedcontributions 削除された投稿記録 削除された投稿の一覧
        block 投稿ブロック ブロック
        undelete 復帰
        whatlinkshere リンク元
    """,
    "it": """
        diff differenze
        permanentlink linkpermanente
        redirect reindirizza rinvia
        contributions contributi contributiutente
        log registri registro
        deletedcontributions contributicancellati
        block blocca
        undelete ripristina
        whatlinkshere puntanoqui
    """,
    "nl": """
        diff verschil diff
        permanentlink permanentelink permanenteverwijzing
        redirect doorverwijzen
        contributions bijdragen
        log logboeken logboek
        deletedcontributions verwijderdebijdragen
        block blokkeren ipblokkeren
        undelete terugplaatsen
        whatlinkshere verwijzingennaarhier
    """,
    "pl": """
        diff różnica różnice
        permanentlink niezmienny_link link_permanentny permalink
        redirect przekieruj
        contributions wkład
        log rejestr logi
        deletedcontributions usunięty_wkład
        block blokuj zablokuj
        undelete odtwórz
        whatlinkshere linkujące
    """,
    "sv": """
        diff skillnad
        permanentlink permanent_länk permanentlänk
        redirect omdirigera
        contributions bidrag
        log logg
        deletedcontributions raderade_bidrag
        block blockera
        undelete återställ
        whatlinkshere länkar_hit
    """,
    "uk": """
        diff зміни різниця
        permanentlink постійне_посилання
        redirect перенаправлення
        contributions внесок
        log журнали журнал
        block заблокувати
        undelete відновити
        whatlinkshere посилання_сюди
    """,
    "tr": """
        diff fark değişiklik
        permanentlink kalıcıbağlantı kalıcı_bağlantı
        redirect yönlendir
        contributions katkılar
        log günlük kayıtlar
        block engelle
        whatlinkshere sayfayabağlantılar
    """,
    "fa": """
        diff تفاوت
        permanentlink پیوند_دائمی پیوند_پایدار
        redirect تغییرمسیر
        contributions مشارکت‌ها مشارکتها
        log سیاهه سیاهه‌ها
        block بستن
        whatlinkshere پیوند_به_این_صفحه
    """,
    "he": """
        diff הבדל השוואה
        permanentlink קישור_קבוע
        redirect הפניה
        contributions תרומות תרומות_המשתמש
        log יומן יומנים
        block חסימה חסום
        whatlinkshere דפים_המקושרים_לכאן
    """,
    "ko": """
        diff 차이 비교
        permanentlink 고유링크 영구링크
        redirect 넘겨주기
        contributions 기여 기여목록 사용자기여
        log 기록 로그
        block 차단
        whatlinkshere 가리키는문서 링크
    """,
    "cs": """
        diff rozdíl
        permanentlink trvalý_odkaz
        redirect přesměrovat přesměrování
        contributions příspěvky
        log protokolovací_záznamy protokoly
        block blokování
        whatlinkshere co_odkazuje_na
    """,
    "id": """
        diff beda
        permanentlink pranala_permanen pranalapermanen
        redirect pengalihan
        contributions kontribusi kontribusi_pengguna kontribusipengguna
        log catatan log
        block blokir
        whatlinkshere pranala_balik pranalabalik
    """,
    "vi": """
        diff khác so_sánh
        permanentlink liên_kết_thường_trực
        redirect đổi_hướng
        contributions đóng_góp
        log nhật_trình
        block cấm
        whatlinkshere liên_kết_đến_đây
    """,
}
