"""Names of namespaces in each language: a line for each, its English name first.

Source: `$namespaceNames`, `$namespaceGenderAliases` and `$namespaceAliases` of MediaWiki's message files
and of Wikimedia's configuration.
"""

from typing import Final

SPACES: Final = {
    "en": """
        Talk
        User
        User_talk
        Project Wikipedia WP
        Project_talk Wikipedia_talk WT
        File Image
        File_talk Image_talk
        MediaWiki
        MediaWiki_talk
        Template
        Template_talk
        Help
        Help_talk
        Category
        Category_talk
        Portal
        Portal_talk
        Draft
        Draft_talk
        Module
        Module_talk
        Special
        Media
        Property
        Property_talk
        Lexeme
        Lexeme_talk
    """,
    "de": """
        Talk Diskussion
        User Benutzer Benutzerin
        User_talk Benutzer_Diskussion Benutzerin_Diskussion BD
        Project Wikipedia Projekt WP
        Project_talk Wikipedia_Diskussion WD
        File Datei Bild
        File_talk Datei_Diskussion Bild_Diskussion
        Template Vorlage
        Template_talk Vorlage_Diskussion
        Help Hilfe H
        Help_talk Hilfe_Diskussion
        Category Kategorie
        Category_talk Kategorie_Diskussion
        Special Spezial
        Media Medium
        Portal P
        Portal_talk Portal_Diskussion
    """,
    "fr": """
        Talk Discussion Discuter
        User Utilisateur Utilisatrice
        User_talk Discussion_utilisateur Discussion_utilisatrice
        Project Wikipédia WP Wikipedia
        Project_talk Discussion_Wikipédia
        File Fichier Image
        File_talk Discussion_fichier
        Template Modèle
        Template_talk Discussion_modèle
        Help Aide
        Help_talk Discussion_aide
        Category Catégorie
        Category_talk Discussion_catégorie
        Special Spécial
        Media Média
        Portal Portail
        Portal_talk Discussion_Portail
    """,
    "es": """
        Talk Discusión
        User Usuario Usuaria
        User_talk Usuario_discusión Usuaria_discusión
        Project Wikipedia WP
        Project_talk Wikipedia_discusión
        File Archivo Imagen
        File_talk Archivo_discusión
        Template Plantilla
        Template_talk Plantilla_discusión
        Help Ayuda
        Help_talk Ayuda_discusión
        Category Categoría
        Category_talk Categoría_discusión
        Special Especial
        Media Medio
    """,
    "pt": """
        Talk Discussão
        User Usuário Usuária Utilizador Utilizadora
        User_talk Usuário(a)_Discussão Usuário_Discussão Usuária_Discussão Utilizador_Discussão Utilizadora_Discussão
        Project Wikipédia WP
        Project_talk Wikipédia_Discussão
        File Ficheiro Arquivo Imagem
        File_talk Ficheiro_Discussão Arquivo_Discussão
        Template Predefinição
        Template_talk Predefinição_Discussão
        Help Ajuda
        Help_talk Ajuda_Discussão
        Category Categoria
        Category_talk Categoria_Discussão
        Special Especial
        Media Multimédia Mídia
    """,
    "ru": """
        Talk Обсуждение
        User Участник Участница У U
        User_talk Обсуждение_участника Обсуждение_участницы ОУ
        Project Википедия ВП
        Project_talk Обсуждение_Википедии
        File Файл Изображение
        File_talk Обсуждение_файла
        Template Шаблон
        Template_talk Обсуждение_шаблона
        Help Справка
        Help_talk Обсуждение_справки
        Category Категория К
        Category_talk Обсуждение_категории
        Special Служебная
        Media Медиа
    """,
    "ar": """
        Talk نقاش
        User مستخدم مستخدمة
        User_talk نقاش_المستخدم نقاش_المستخدمة
        Project ويكيبيديا
        Project_talk نقاش_ويكيبيديا
        File ملف صورة
        File_talk نقاش_الملف
        Template قالب
        Template_talk نقاش_القالب
        Help مساعدة
        Help_talk نقاش_المساعدة
        Category تصنيف
        Category_talk نقاش_التصنيف
        Special خاص
        Media ميديا
    """,
    "zh": """
        Talk 讨论 討論 对话 對話
        User 用户 用戶 使用者 用户页
        User_talk 用户讨论 用戶討論 使用者討論 用户对话 用戶對話 用户对话页
        Project Wikipedia 维基百科 維基百科 计划 計劃 計畫
        Project_talk 维基百科讨论 維基百科討論
        File 文件 檔案 档案 图像 圖像
        File_talk 文件讨论 檔案討論
        Template 模板 样板 樣板
        Template_talk 模板讨论 模板討論
        Help 帮助 幫助 使用說明
        Help_talk 帮助讨论 幫助討論
        Category 分类 分類
        Category_talk 分类讨论 分類討論
        Special 特殊 特別 特别
        Media 媒体 媒體
    """,
    "ja": """
        Talk ノート トーク
        User 利用者
        User_talk 利用者‐会話 利用者・トーク 利用者-会話
        Project Wikipedia プロジェクト
        Project_talk Wikipedia‐ノート Wikipedia・トーク Wikipedia-ノート
        File ファイル 画像
        File_talk ファイル‐ノート ファイル・トーク
        Template テンプレート
        Template_talk Template‐ノート テンプレート・トーク
        Help ヘルプ
        Help_talk Help‐ノート ヘルプ・トーク
        Category カテゴリ
        Category_talk Category‐ノート カテゴリ・トーク
        Special 特別
        Media メディア
    """,
    "it": """
        Talk Discussione
        User Utente
        User_talk Discussioni_utente
        Project Wikipedia WP
        Project_talk Discussioni_Wikipedia
        File Immagine
        File_talk Discussioni_file
        Template_talk Discussioni_template
        Help Aiuto
        Help_talk Discussioni_aiuto
        Category Categoria
        Category_talk Discussioni_categoria
        Special Speciale
    """,
    "nl": """
        Talk Overleg
        User Gebruiker
        User_talk Overleg_gebruiker
        Project Wikipedia WP
        Project_talk Overleg_Wikipedia
        File Bestand Afbeelding
        File_talk Overleg_bestand
        Template Sjabloon
        Template_talk Overleg_sjabloon
        Help_talk Overleg_help
        Category Categorie
        Category_talk Overleg_categorie
        Special Speciaal
    """,
    "pl": """
        Talk Dyskusja
        User Wikipedysta Wikipedystka Użytkownik Użytkowniczka
        User_talk Dyskusja_wikipedysty Dyskusja_wikipedystki Dyskusja_użytkownika Dyskusja_użytkowniczki
        Project Wikipedia WP
        Project_talk Dyskusja_Wikipedii
        File Plik Grafika
        File_talk Dyskusja_pliku
        Template Szablon
        Template_talk Dyskusja_szablonu
        Help Pomoc
        Help_talk Dyskusja_pomocy
        Category Kategoria
        Category_talk Dyskusja_kategorii
        Special Specjalna
    """,
    "sv": """
        Talk Diskussion
        User Användare
        User_talk Användardiskussion
        Project Wikipedia WP
        Project_talk Wikipediadiskussion
        File Fil Bild
        File_talk Fildiskussion
        Template Mall
        Template_talk Malldiskussion
        Help Hjälp
        Help_talk Hjälpdiskussion
        Category Kategori
        Category_talk Kategoridiskussion
    """,
    "uk": """
        Talk Обговорення
        User Користувач Користувачка
        User_talk Обговорення_користувача Обговорення_користувачки
        Project Вікіпедія ВП
        Project_talk Обговорення_Вікіпедії
        File Файл
        File_talk Обговорення_файлу
        Template Шаблон
        Template_talk Обговорення_шаблону
        Help Довідка
        Help_talk Обговорення_довідки
        Category Категорія
        Category_talk Обговорення_категорії
        Special Спеціальна
    """,
    "tr": """
        Talk Tartışma
        User Kullanıcı
        User_talk Kullanıcı_mesaj
        Project Vikipedi
        Project_talk Vikipedi_tartışma
        File Dosya Resim
        Template Şablon
        Help Yardım
        Category Kategori
        Special Özel
    """,
    "fa": """
        Talk بحث
        User کاربر
        User_talk بحث_کاربر
        Project ویکی‌پدیا
        Project_talk بحث_ویکی‌پدیا
        File پرونده
        Template الگو
        Help راهنما
        Category رده
        Special ویژه
    """,
    "he": """
        Talk שיחה
        User משתמש משתמשת
        User_talk שיחת_משתמש שיחת_משתמשת
        Project ויקיפדיה
        Project_talk שיחת_ויקיפדיה
        File קובץ תמונה
        Template תבנית
        Help עזרה
        Category קטגוריה
        Special מיוחד
    """,
    "ko": """
        Talk 토론
        User 사용자
        User_talk 사용자토론
        Project 위키백과
        Project_talk 위키백과토론
        File 파일 그림
        Template 틀
        Help 도움말
        Category 분류
        Special 특수
    """,
    "cs": """
        Talk Diskuse
        User Wikipedista Wikipedistka Uživatel Uživatelka
        User_talk Diskuse_s_wikipedistou Diskuse_s_wikipedistkou Diskuse_s_uživatelem
        Project Wikipedie WP
        File Soubor
        Template Šablona
        Help Nápověda
        Category Kategorie
        Special Speciální
    """,
    "id": """
        Talk Pembicaraan
        User Pengguna
        User_talk Pembicaraan_Pengguna
        Project Wikipedia WP
        File Berkas Gambar
        Template Templat
        Help Bantuan
        Category Kategori
        Special Istimewa
    """,
    "vi": """
        Talk Thảo_luận
        User Thành_viên
        User_talk Thảo_luận_Thành_viên
        Project Wikipedia
        File Tập_tin Hình
        Template Bản_mẫu
        Help Trợ_giúp
        Category Thể_loại
        Special Đặc_biệt
    """,
}
