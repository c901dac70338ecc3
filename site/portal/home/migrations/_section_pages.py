"""First text of the four section pages, Chinese and English. Editors change it in the admin afterwards."""

SECTION_PAGES = [
    {
        "slug": "about",
        "title": "网站说明",
        "title_en": "About this site",
        "body": """
<p>言路是政府发布政策、解读政策、征求意见并公布采纳情况的网站，也是规范性文件的检索库。名称取自“广开言路”。</p>
<h2>这里有什么</h2>
<ul>
<li><b>政策与解读</b>：文件、解读方案和解读材料一同审签、一同发布。没有解读材料的文件，系统不予发布。</li>
<li><b>征求意见</b>：文件草案在决策之前公开，可以对每一条提出意见。</li>
<li><b>采纳情况</b>：每条意见都有处理结果；不采纳的，说明理由。</li>
<li><b>文件库</b>：按标题、发文字号、条文原句或主题检索规范性文件，并显示它现在是否有效。</li>
<li><b>督办公示</b>：即将截止、逾期未答复和被退回的事项公开可查。</li>
</ul>
<h2>效力状态从哪里来</h2>
<p>“现行有效”“已修改”“已废止”“失效”由系统根据施行日期、有效期和有关决定逐日计算。从别处收录、尚未核对的文件一律标为“待确认”，请以制发机关公布的文本为准。</p>
""",
        "body_en": """
<p>Yanlu is where the government publishes policies with their interpretation, asks for comments before it decides, and reports what became of them. It is also a searchable archive of normative documents. The name comes from the Chinese phrase “to open wide the road for people to speak”.</p>
<h2>What you find here</h2>
<ul>
<li><b>Policies and their interpretation</b> are signed together and published together. The system does not publish a document without its interpretation.</li>
<li><b>Consultations</b>: drafts are open before the decision, and you can comment on every clause.</li>
<li><b>Outcomes</b>: every comment receives a decision; a rejection states its reason.</li>
<li><b>The archive</b>: search by title, document number, a sentence or a topic, and see whether a document is in force today.</li>
<li><b>The board</b>: what is about to close, what is overdue and what was returned.</li>
</ul>
<h2>Where the validity of a document comes from</h2>
<p>It is computed for every day from the date of effect, the period of validity and the acts that changed the document. Documents collected from elsewhere and not yet checked are marked “to be confirmed”; for them the text published by the issuing authority prevails.</p>
""",
    },
    {
        "slug": "how-to-comment",
        "title": "怎样提意见",
        "title_en": "How to comment",
        "body": """
<p>对正在征求意见的文件，任何人都可以提意见，不用注册，也不用留联系方式。</p>
<h2>三步</h2>
<ol>
<li><b>填写</b>：打开征求意见稿，在要说的那一条旁边选择“提意见”；也可以对全文提意见。</li>
<li><b>核对</b>：确认内容无误后提交。截止以前可以撤回。</li>
<li><b>领取回执</b>：系统给出一个回执编号。请保存好，凭它可以随时查询意见的处理情况。</li>
</ol>
<h2>意见怎样处理</h2>
<p>意见经审核后公开，作者姓名只显示姓氏。不予公开或部分隐去的，会在回执页面说明原因。征求意见结束后，起草部门对每条意见作出处理：采纳、部分采纳、不采纳、解释说明、转办或不属于征求范围。相近的意见归并后一起答复，不采纳的说明理由。</p>
<h2>什么样的意见最有用</h2>
<ul>
<li>指明是哪一条、哪一句。</li>
<li>说明实际情况：在什么情形下会出现什么问题。</li>
<li>提出怎样改。</li>
</ul>
""",
        "body_en": """
<p>Anyone can comment on a draft that is open for comment. You need no account, and you need not leave contact details.</p>
<h2>Three steps</h2>
<ol>
<li><b>Write</b>: open the draft and choose the comment link beside the clause that concerns you, or comment on the whole text.</li>
<li><b>Review</b>: check what you wrote and submit it. Until the deadline you can withdraw it.</li>
<li><b>Keep the receipt</b>: the system gives you a receipt code. With it you can find out at any time what became of your comment.</li>
</ol>
<h2>What happens to a comment</h2>
<p>It is published after screening; of your name only the surname is shown. If it is withheld or partly redacted, the receipt page says why. After the deadline the drafting department decides on every comment: adopted, partially adopted, not adopted, explained, referred, or out of scope. Similar comments are answered together, and a rejection states its reason.</p>
<h2>What helps most</h2>
<ul>
<li>Say which clause or sentence you mean.</li>
<li>Describe the situation in which a problem arises.</li>
<li>Propose a wording.</li>
</ul>
""",
    },
    {
        "slug": "privacy",
        "title": "个人信息保护",
        "title_en": "Privacy",
        "body": """
<p>提意见时，姓名和联系方式都可以不填。填写的，按下列规则处理。</p>
<ul>
<li><b>用途</b>：只用于就您的意见与您联系。</li>
<li><b>存放</b>：与意见正文分开存放，不进入检索、导出、开放接口和日志。</li>
<li><b>公开</b>：公开的意见只显示姓氏，例如“朱**”。</li>
<li><b>期限</b>：保存期限届满后自动删除。</li>
</ul>
<h2>Cookie</h2>
<p>本站只使用保证表单安全、记住语言选择和登录状态所必需的 Cookie，不使用统计、广告或第三方 Cookie。</p>
<h2>意见正文里的个人信息</h2>
<p>请不要在意见正文里写身份证号、电话和住址。审核人员发现后会隐去再公开，并在回执页面说明。</p>
""",
        "body_en": """
<p>When you comment, name and contact details are optional. If you give them, these rules apply.</p>
<ul>
<li><b>Purpose</b>: only to contact you about your comment.</li>
<li><b>Storage</b>: apart from the comment; never in search, exports, the open interface or logs.</li>
<li><b>Publication</b>: published comments show the surname only.</li>
<li><b>Period</b>: deleted automatically when the retention period ends.</li>
</ul>
<h2>Cookies</h2>
<p>This site uses only the cookies needed to protect forms, remember your language and keep staff signed in. There are no statistics, advertising or third-party cookies.</p>
<h2>Personal data in the text of a comment</h2>
<p>Please do not write identity numbers, telephone numbers or addresses in a comment. Where screening finds them they are redacted before publication, and the receipt page says so.</p>
""",
    },
    {
        "slug": "accessibility",
        "title": "无障碍说明",
        "title_en": "Accessibility",
        "body": """
<p>本站以《网页内容无障碍指南》（WCAG）2.2 的 AA 级为目标。</p>
<ul>
<li>所有页面不启用 JavaScript 也能使用，包括提交意见。</li>
<li>可以只用键盘操作；按 Tab 键时，第一个链接是“跳到正文”。</li>
<li>文字与背景的对比度达到 AA 级；状态除颜色外都有文字和符号。</li>
<li>文字放大到 400%、屏幕宽度 320 像素时不需要左右滚动。</li>
<li>尊重系统的“减少动态效果”和高对比度设置。</li>
</ul>
<p>使用中遇到障碍，请通过“各部门”页面联系政府办公厅（室），我们会以其他方式提供同样的内容。</p>
""",
        "body_en": """
<p>This site aims at level AA of the Web Content Accessibility Guidelines (WCAG) 2.2.</p>
<ul>
<li>Every page works without JavaScript, including commenting.</li>
<li>Everything can be done with the keyboard; the first link of each page skips to the text.</li>
<li>Text has AA contrast; states are shown by words and marks, not by colour alone.</li>
<li>Text can be enlarged to 400%, and a screen of 320 pixels needs no sideways scrolling.</li>
<li>The settings of your system for reduced motion and high contrast are respected.</li>
</ul>
<p>If something stands in your way, please contact the general office of the government through the page “Departments”; we will provide the same content in another form.</p>
""",
    },
]
